"use strict";
// Themes, filters, sorting, and rows that open by their address. The page says everything without it.
(function () {
  const root = document.documentElement;
  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));
  root.classList.add("js");

  const themes = ["auto", "light", "dark"];
  const toggle = document.querySelector("button.theme");
  const recall = () => { try { return localStorage.getItem("gilbench-theme"); } catch { return null; } };
  function show(theme) {
    if (theme === "auto") { root.removeAttribute("data-theme"); } else { root.setAttribute("data-theme", theme); }
    toggle.textContent = "Theme: " + theme;
    toggle.value = theme;
  }
  show(themes.includes(recall()) ? recall() : "auto");
  toggle.addEventListener("click", () => {
    const next = themes[(themes.indexOf(toggle.value) + 1) % themes.length];
    show(next);
    try { localStorage.setItem("gilbench-theme", next); } catch { /* a page from disk may have no store */ }
  });

  const form = document.querySelector(".filters");
  if (form) {
    const verdicts = all(".verdict");
    const count = document.querySelector(".shown-count");
    const pressed = () => all("[aria-pressed=true]", form).map((button) => button.value);
    const apply = () => {
      const outcomes = pressed().filter((value) => value !== "surprise");
      const surprising = pressed().includes("surprise");
      const chosen = { family: "", target: "" };
      all("select", form).forEach((select) => { chosen[select.name] = select.value; });
      let shown = 0;
      verdicts.forEach((verdict) => {
        const data = verdict.dataset;
        const fits = (!outcomes.length || outcomes.includes(data.outcome)) && (!surprising || data.surprise === "yes") &&
          (!chosen.family || data.family === chosen.family) && (!chosen.target || data.target === chosen.target);
        verdict.hidden = !fits;
        shown += fits ? 1 : 0;
      });
      all(".board").forEach((board) => { board.hidden = !all(".verdict:not([hidden])", board).length; });
      count.textContent = shown + " of " + verdicts.length + " verdicts shown" +
        (shown ? "" : ": none fits every filter at once. “Show all” brings them back.");
    };
    form.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) { return; }
      if (button.value === "all") {
        all("[aria-pressed]", form).forEach((one) => one.setAttribute("aria-pressed", "false"));
        all("select", form).forEach((select) => { select.value = ""; });
      } else {
        button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      }
      apply();
    });
    form.addEventListener("change", apply);
    apply();
  }

  // A row shows its figure by reference, made when it is first opened.
  all(".verdict").forEach((verdict) => verdict.addEventListener("toggle", () => {
    const inset = verdict.querySelector(".inset");
    const chart = inset && document.getElementById("chart-" + inset.dataset.figure);
    if (!verdict.open || !chart || inset.childElementCount) { return; }
    const copy = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    ["viewBox", "width", "height", "class", "preserveAspectRatio"].forEach((name) => copy.setAttribute(name, chart.getAttribute(name)));
    copy.setAttribute("aria-hidden", "true");
    use.setAttribute("href", "#" + chart.id + "-body");
    copy.append(use);
    inset.append(copy);
  }));

  // What can be scrolled sideways shows it by a shadow at its right edge.
  const hint = (one) => one.classList.toggle("more", one.scrollLeft + one.clientWidth < one.scrollWidth - 4);
  const watch = new ResizeObserver((seen) => seen.forEach((one) => hint(one.target)));
  all(".scroll, .inset").forEach((one) => {
    watch.observe(one);
    one.addEventListener("scroll", () => hint(one), { passive: true });
  });

  const value = (row, column) => {
    const cell = row.cells[column];
    const data = cell.querySelector("data");
    const text = cell.textContent.trim();
    const number = data ? Number(data.value) : Number(text.replace(/[^\d.eE−-]+/g, " ").trim().split(" ")[0].replace("−", "-") || NaN);
    return { text, number: text === "–" ? NaN : number };
  };
  all("th[aria-sort] button").forEach((button) => button.addEventListener("click", () => {
    const heading = button.closest("th");
    const body = heading.closest("table").tBodies[0];
    const numeric = heading.classList.contains("number");
    const up = heading.getAttribute("aria-sort") === "none" ? !numeric : heading.getAttribute("aria-sort") !== "ascending";
    all("th[aria-sort]", heading.parentElement).forEach((one) => one.setAttribute("aria-sort", "none"));
    heading.setAttribute("aria-sort", up ? "ascending" : "descending");
    const keyed = Array.from(body.rows, (row) => ({ row, key: value(row, heading.cellIndex) }));
    const order = (one, other) => {
      if (!numeric) { return (up ? 1 : -1) * one.key.text.localeCompare(other.key.text, "en", { numeric: true }); }
      const lacking = Number.isNaN(one.key.number) - Number.isNaN(other.key.number);
      return lacking || (up ? 1 : -1) * (one.key.number - other.key.number) || 0;
    };
    body.append(...keyed.sort(order).map((one) => one.row));
  }));

  const open = () => {
    const found = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (found && found.tagName === "DETAILS") { found.hidden = false; found.open = true; found.scrollIntoView(); }
  };
  window.addEventListener("hashchange", open);
  open();
})();
