// Letters of figures, which are vector graphics, that are cut or lie on each other.
() => {
  const found = [];
  document.querySelectorAll("figure svg.chart").forEach((chart) => {
    const edge = chart.getBoundingClientRect();
    const boxes = Array.from(chart.querySelectorAll("text")).filter((one) => one.textContent.trim()).map((one) => [
      one.getBoundingClientRect(), one.textContent.trim()]);
    boxes.forEach(([box, text], index) => {
      if (box.right > edge.right + 1 || box.left < edge.left - 1 || box.bottom > edge.bottom + 1 || box.top < edge.top - 1) {
        found.push(chart.id + " cut: " + text);
      }
      boxes.slice(index + 1).forEach(([other, beside]) => {
        const across = Math.min(box.right, other.right) - Math.max(box.left, other.left);
        const down = Math.min(box.bottom, other.bottom) - Math.max(box.top, other.top);
        if (across > 2 && down > 0.45 * Math.min(box.height, other.height)) {
          found.push(chart.id + " overlap: " + text + " | " + beside);
        }
      });
    });
  });
  return found.slice(0, 20);
}
