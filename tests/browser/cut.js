// Text that is wider than the room it has and cannot be scrolled to, and text that lies on other text.
() => {
  const found = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) { found.push("the page scrolls sideways: " + root.scrollWidth); }
  const scrolls = (one) => { for (; one; one = one.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(one).overflowX)) { return true; } } return false; };
  const boxes = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const parent = node.parentElement;
    if (!node.data.trim() || parent.closest("script, style, svg, caption, .skip") || !parent.checkVisibility()) { continue; }
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const box of range.getClientRects()) {
      if (box.width < 1 || box.height < 1) { continue; }
      if ((box.right > root.clientWidth + 1 || box.left < -1) && !scrolls(parent)) {
        found.push("cut: " + node.data.trim().slice(0, 60));
      }
      const held = parent.closest("td, th, button, .badge, .effect, .statement, .id");
      const room = held && held.getBoundingClientRect();
      if (room && (box.right > room.right + 2 || box.left < room.left - 2)) {
        found.push("out of its box: " + node.data.trim().slice(0, 60));
      }
      boxes.push([box.left, box.top + 0.2 * box.height, box.right, box.bottom - 0.2 * box.height, node.data.trim()]);
    }
  }
  boxes.sort((one, other) => one[1] - other[1]);
  boxes.forEach((one, index) => {
    for (let next = index + 1; next < boxes.length && boxes[next][1] < one[3]; next++) {
      const other = boxes[next];
      if (Math.min(one[2], other[2]) - Math.max(one[0], other[0]) > 2) {
        found.push("overlap: " + one[4].slice(0, 40) + " | " + other[4].slice(0, 40));
      }
    }
  });
  return found.slice(0, 20);
}
