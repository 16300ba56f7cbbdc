// What axe finds in an element, a line each; a rule that broke off has found nothing, and is told too.
const done = arguments[arguments.length - 1];
axe.run({ include: [[arguments[0]]], exclude: [["svg.chart > g"]] }, { resultTypes: ["violations", "incomplete"] }).then(
  (found) => done(found.violations.concat(found.incomplete.filter((one) => one.error)).map((one) => one.id + ": " + one.nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(" | "))),
  (error) => done(["axe failed: " + error]));
