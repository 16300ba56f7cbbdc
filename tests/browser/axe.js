// What axe finds in an element, a line each.
const done = arguments[arguments.length - 1];
axe.run({ include: [[arguments[0]]], exclude: [["svg.chart > g"]] }, { resultTypes: ["violations"] }).then(
  (found) => done(found.violations.map((one) => one.id + ": " + one.nodes.slice(0, 3).map((node) => node.html.slice(0, 120)).join(" | "))),
  (error) => done(["axe failed: " + error]));
