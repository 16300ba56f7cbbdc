"use strict";
// Themes, filters, sorting, and rows that open by their address. Without it the page is complete.
(function () {
  const root = document.documentElement;
  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));
  root.classList.add("js");

  const themes = ["auto", "light", "dark"];
  const toggle = document.querySelector("button.theme");
  const recall = () => {
    try { return localStorage.getItem("gilbench-theme"); } catch { return null; }
  };
  function show(theme) {
    if (theme === "auto") {
      root.removeAttribute("data-theme");
    } else {
      root.setAttribute("data-theme", theme);
    }
    toggle.textContent = "Theme: " + theme;
    toggle.value = theme;
  }
  show(themes.includes(recall()) ? recall() : "auto");
  toggle.addEventListener("click", () => {
    const next = themes[(themes.indexOf(toggle.value) + 1) % themes.length];
    show(next);
    try {
      localStorage.setItem("gilbench-theme", next);
    } catch { /* a page from disk may have no storage */ }
  });

  const form = document.querySelector(".filters");
  if (form) {
    // The groups of a row are looked up once: to look for rows in a group walks through the page.
    const kinds = [".board", ".family", ".fold"];
    const groups = all(kinds.join());
    const rows = all(".verdict").map((row) => ({
      row,
      data: { ...row.dataset },
      within: kinds.map((kind) => row.closest(kind)).filter((group) => group),
    }));
    const count = document.querySelector(".shown-count");
    const pressed = () => all("[aria-pressed=true]", form).map((button) => button.value);
    const apply = () => {
      const outcomes = pressed().filter((value) => value !== "surprise");
      const surprising = pressed().includes("surprise");
      const chosen = { family: "", target: "" };
      all("select", form).forEach((select) => { chosen[select.name] = select.value; });
      let shown = 0;
      const filled = new Set();
      rows.forEach(({ row, within, data }) => {
        const fits = (!outcomes.length || outcomes.includes(data.outcome)) &&
          (!surprising || data.surprise === "yes") &&
          (!chosen.family || data.family === chosen.family) &&
          (!chosen.target || data.target === chosen.target);
        row.hidden = !fits;
        if (fits) {
          shown += 1;
          within.forEach((group) => filled.add(group));
        }
      });
      groups.forEach((group) => {
        group.hidden = !filled.has(group);
        if (group.matches(".fold")) { group.open = true; }
      });
      count.textContent = shown + " of " + rows.length + " verdicts shown" +
        (shown ? "" : ": none fits every filter at once. “Show all” brings them back.");
    };
    form.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) { return; }
      if (button.value === "all") {
        all("[aria-pressed]", form).forEach((each) => each.setAttribute("aria-pressed", "false"));
        all("select", form).forEach((select) => { select.value = ""; });
      } else {
        button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
      }
      apply();
    });
    form.addEventListener("change", apply);
  }

  // An open row shows its figure by reference, while it is near the view: every change of the page
  // passes all copies that there are, thousands of elements each. What is further than two views
  // away is not laid out, and keeps its size without its figure. Paper has all of them.
  const insets = all(".inset");
  const fill = (inset) => {
    const chart = document.getElementById("chart-" + inset.dataset.figure);
    if (!chart || inset.childElementCount) { return; }
    const copy = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    ["viewBox", "width", "height", "class", "preserveAspectRatio"].forEach((name) => {
      copy.setAttribute(name, chart.getAttribute(name));
    });
    copy.setAttribute("aria-hidden", "true");
    use.setAttribute("href", "#" + chart.id + "-body");
    copy.append(use);
    inset.append(copy);
  };
  const near = new IntersectionObserver((entries) => entries.forEach((entry) => {
    if (entry.isIntersecting) { fill(entry.target); } else { entry.target.replaceChildren(); }
  }), { rootMargin: "200% 0px" });
  const watch = () => {
    near.disconnect();
    insets.forEach((inset) => near.observe(inset));
  };
  watch();
  window.addEventListener("beforeprint", () => {
    insets.filter((inset) => inset.closest("details").open).forEach(fill);
  });
  window.addEventListener("afterprint", watch);

  // A mark of a figure tells its exact value when it is pointed at or has the focus; a click or
  // Enter follows what it belongs to through all figures, a second one or Escape ends that. The
  // arrow keys go from mark to mark, so that a figure is one stop for the Tab key.
  const bubble = document.createElement("div");
  bubble.className = "pointed";
  bubble.setAttribute("role", "status");
  bubble.hidden = true;
  document.body.append(bubble);
  const tips = (chart) => all(".tip", chart);
  all(".chart").forEach((chart) => {
    const first = chart.querySelector(".tip");
    if (first) { first.setAttribute("tabindex", "0"); }
  });
  const tell = (mark) => {
    const title = mark.querySelector("title");
    if (title) {
      mark.setAttribute("aria-label", title.textContent);
      mark.setAttribute("role", "button");
      title.remove();
    }
    bubble.textContent = mark.getAttribute("aria-label");
    bubble.hidden = false;
    const at = mark.getBoundingClientRect();
    const room = document.documentElement.clientWidth - bubble.offsetWidth - 8;
    bubble.style.left = Math.max(8, Math.min(at.left + scrollX, room)) + "px";
    bubble.style.top = (at.top + scrollY - bubble.offsetHeight - 8) + "px";
  };
  const follow = (series) => {
    const marks = all(".chart [data-series]");
    const ends = !series || marks.some((mark) =>
      mark.dataset.series === series && mark.classList.contains("followed"));
    root.classList.toggle("following", !ends);
    marks.forEach((mark) => {
      mark.classList.toggle("followed", !ends && mark.dataset.series === series);
    });
  };
  const figures = document.querySelector("main");
  const marked = (event) => event.target.closest && event.target.closest(".chart .tip");
  ["pointerover", "focusin"].forEach((kind) => figures.addEventListener(kind, (event) => {
    const mark = marked(event);
    if (mark) { tell(mark); } else { bubble.hidden = true; }
  }));
  figures.addEventListener("focusout", () => { bubble.hidden = true; });
  figures.addEventListener("click", (event) => {
    const mark = event.target.closest(".chart [data-series]");
    if (mark) { follow(mark.dataset.series); }
  });
  figures.addEventListener("keydown", (event) => {
    const mark = marked(event);
    if (event.key === "Escape") { follow(""); bubble.hidden = true; }
    if (!mark) { return; }
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      follow(mark.dataset.series);
    } else if (step) {
      event.preventDefault();
      const within = tips(mark.closest(".chart"));
      const next = within[(within.indexOf(mark) + step + within.length) % within.length];
      mark.setAttribute("tabindex", "-1");
      next.setAttribute("tabindex", "0");
      next.focus();
    }
  });

  // What can be scrolled sideways has a shadow at its right edge. All are measured before any is
  // changed: else each would have the page laid out again.
  const hint = (boxes) => {
    const further = boxes.map((box) => box.scrollLeft + box.clientWidth < box.scrollWidth - 4);
    boxes.forEach((box, index) => box.classList.toggle("more", further[index]));
  };
  const resized = new ResizeObserver((entries) => hint(entries.map((entry) => entry.target)));
  all(".scroll, .inset").forEach((box) => {
    resized.observe(box);
    box.addEventListener("scroll", () => hint([box]), { passive: true });
  });

  const firstNumber = (text) => {
    const numbers = text.replace(/[^\d.eE−-]+/g, " ").trim().split(" ");
    return Number(numbers[0].replace("−", "-") || NaN);
  };
  const value = (row, column) => {
    const cell = row.cells[column];
    const data = cell.querySelector("data");
    const text = cell.textContent.trim();
    if (text === "–") { return { text, number: NaN }; }
    return { text, number: data ? Number(data.value) : firstNumber(text) };
  };
  all("th[aria-sort] button").forEach((button) => button.addEventListener("click", () => {
    const heading = button.closest("th");
    const body = heading.closest("table").tBodies[0];
    const numeric = heading.classList.contains("number");
    const sorted = heading.getAttribute("aria-sort");
    const up = sorted === "none" ? !numeric : sorted !== "ascending";
    all("th[aria-sort]", heading.parentElement).forEach((each) => {
      each.setAttribute("aria-sort", "none");
    });
    heading.setAttribute("aria-sort", up ? "ascending" : "descending");
    const keyed = Array.from(body.rows, (row) => ({ row, key: value(row, heading.cellIndex) }));
    const direction = up ? 1 : -1;
    const order = ({ key: a }, { key: b }) => {
      if (!numeric) { return direction * a.text.localeCompare(b.text, "en", { numeric: true }); }
      const lacking = Number.isNaN(a.number) - Number.isNaN(b.number);
      return lacking || direction * (a.number - b.number) || 0;
    };
    body.append(...keyed.sort(order).map(({ row }) => row));
  }));

  const open = () => {
    const id = decodeURIComponent(location.hash.slice(1));
    const details = id && document.getElementById(id);
    if (details && details.tagName === "DETAILS") {
      details.hidden = false;
      for (let each = details; each; each = each.parentElement.closest("details")) {
        each.open = true;
      }
      details.scrollIntoView();
    }
  };
  window.addEventListener("hashchange", open);
  open();
})();
