// What axe finds in an element, a line each; a rule that broke off has found nothing, and is told too.
async (where) => {
  const found = await axe.run(
    { include: [[where]], exclude: [["svg.chart > g"]] }, { resultTypes: ["violations", "incomplete"] });
  const line = (one) => one.id + ": " + one.nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(" | ");
  return found.violations.concat(found.incomplete.filter((one) => one.error)).map(line);
}
