// The dashboard: reads figures from the rollups and writes them where the page asks for them.
//
// In the page, data-count says where a number stands in a rollup's cell ("lights.red", or a sum
// "states.completed+states.written_off"), data-filter which filter lists exactly that many rows,
// data-rate and data-mean name a share. No figure is computed here other than such sums.
"use strict";

(() => {
  const page = document.getElementById("dashboard");
  const { region, year } = page.dataset;
  const LIGHTS = [
    ["red", "#d92d20"],
    ["yellow", "#e0a100"],
    ["green", "#2e9b57"],
    ["blue", "#1d5fa8"],
    ["grey", "#9aa5b1"],
  ];
  const isPhone = window.matchMedia("(max-width: 767.98px)").matches;
  const charts = new Map();

  // --- Reading ----------------------------------------------------------------------------

  async function read(address, parameters) {
    const answer = await fetch(`${address}?${new URLSearchParams(parameters)}`, {
      headers: { Accept: "application/json" },
      credentials: "same-origin",
    });
    if (!answer.ok) {
      throw new Error(`${address}: ${answer.status}`);
    }
    return answer.json();
  }

  async function load() {
    show("loading");
    const { rollups, late, lateShown } = page.dataset;
    try {
      const [total, quarters, departments, years, tasks] = await Promise.all([
        read(rollups, { by: "year", region, year }),
        read(rollups, { by: "year,quarter", region, year }),
        read(rollups, { by: "year,department", region, year }),
        read(rollups, { by: "region,year", region }),
        read(late, { region, year, flag: "overdue", ordering: "due_on", page_size: lateShown }),
      ]);
      show("figures");
      drawTotal(total);
      drawQuarters(quarters);
      drawLate(total, tasks.results);
      drawDepartments(departments.cells);
      drawYears(years.cells);
    } catch (error) {
      console.error(error);
      show("failed");
    }
  }

  function show(wanted) {
    for (const id of ["loading", "failed", "figures"]) {
      document.getElementById(id).hidden = id !== wanted;
    }
  }

  // --- Writing numbers ----------------------------------------------------------------------

  function count(cell, path) {
    return path
      .split("+")
      .map((part) => part.split(".").reduce((value, name) => value[name], cell))
      .reduce((sum, value) => sum + value, 0);
  }

  function percent(rate) {
    return rate === null ? "—" : `${(rate * 100).toFixed(1)}%`;
  }

  /** The list of the rows a number of this cell counts. */
  function listOf(cell, filter, list) {
    const query = new URLSearchParams();
    query.set("region", cell.region ? cell.region.code : region);
    if (cell.region) {
      query.set("own_level", "true");
    }
    query.set("year", cell.year);
    if (cell.quarter) {
      query.set("quarter", cell.quarter);
    }
    if (cell.department) {
      query.set("department", cell.department.id);
      query.set("role", "lead");
    }
    new URLSearchParams(filter).forEach((value, name) => query.set(name, value));
    return `${list === "targets" ? page.dataset.targets : page.dataset.tasks}?${query}`;
  }

  function fill(root, cell) {
    root.querySelectorAll("[data-count]").forEach((element) => {
      const number = count(cell, element.dataset.count);
      element.textContent = number;
      if (element.tagName === "A") {
        element.href = listOf(cell, element.dataset.filter, element.dataset.list);
        element.classList.toggle("zero", number === 0);
      }
    });
    root.querySelectorAll("[data-rate]").forEach((element) => {
      element.textContent = percent(cell[element.dataset.rate]);
    });
    root.querySelectorAll("[data-mean]").forEach((element) => {
      const mean = cell[element.dataset.mean];
      element.textContent = mean === null ? "—" : `${mean.toFixed(1)}%`;
    });
    root.querySelectorAll("[data-grow]").forEach((element) => {
      element.style.flexGrow = count(cell, element.dataset.grow);
    });
    root.querySelectorAll("[data-if]").forEach((element) => {
      element.hidden = count(cell, element.dataset.if) === 0;
    });
  }

  function copy(id, name) {
    const element = document.getElementById(id).content.firstElementChild.cloneNode(true);
    const named = element.matches("[data-name]") ? element : element.querySelector("[data-name]");
    if (named) {
      named.textContent = named.dataset.name.replace("%s", name);
    }
    return element;
  }

  function rowsOf(name) {
    const body = page.querySelector(`[data-rows="${name}"]`);
    body.replaceChildren();
    return body;
  }

  function sayIfNone(section, isNone) {
    const element = document.getElementById(section);
    element.querySelector("[data-none]").hidden = !isNone;
    element.querySelectorAll("[data-chart], details, .late-list").forEach((part) => {
      part.hidden = isNone;
    });
  }

  // --- Parts of the page --------------------------------------------------------------------

  function drawTotal(total) {
    const section = document.getElementById("key-figures");
    section.querySelector("[data-as-of]").textContent = total.as_of;
    fill(section, total.cells[0]);
  }

  function drawQuarters({ as_of: asOf, cells }) {
    sayIfNone("quarters", cells.length === 0);
    const body = rowsOf("quarters");
    cells.forEach((cell) => {
      const row = copy("quarters-row", "一二三四"[cell.quarter - 1]);
      const head = row.querySelector("[data-name]");
      if (asOf < lastDay(cell)) {
        head.textContent += head.dataset.running;
      }
      fill(row, cell);
      body.append(row);
    });
    if (cells.length) {
      draw("quarters", quarterChart(cells, body));
    }
  }

  function lastDay({ year: y, quarter }) {
    return `${y}-${["03-31", "06-30", "09-30", "12-31"][quarter - 1]}`;
  }

  function drawLate(total, tasks) {
    sayIfNone("late", tasks.length === 0);
    const [cell] = total.cells;
    const all = page.querySelector("[data-late-all]");
    fill(all, cell);
    all.hidden = tasks.length === 0;
    all.href = listOf(cell, "flag=overdue&ordering=due_on");
    const body = rowsOf("late");
    tasks.forEach((task) => {
      const row = copy("late-row");
      const title = row.querySelector("[data-title]");
      title.textContent = task.title;
      title.href = `${page.dataset.tasks}${task.id}/`;
      const leads = task.responsibilities.filter((one) => one.role === "lead");
      const lead = row.querySelector("[data-lead]");
      lead.textContent = leads.map((one) => one.name_as_written).join("、") || lead.dataset.nobody;
      row.querySelector("[data-due]").textContent = task.due_on;
      const days = row.querySelector("[data-days]");
      const late = (new Date(total.as_of) - new Date(task.due_on)) / 86400000;
      days.textContent = days.dataset.days.replace("%s", Math.round(late));
      body.append(row);
    });
  }

  function drawDepartments(cells) {
    sayIfNone("departments", cells.length === 0);
    // The one with most to worry about first.
    const sorted = [...cells].sort(
      (a, b) => b.lights.red - a.lights.red || b.overdue - a.overdue || b.tasks - a.tasks,
    );
    const body = rowsOf("departments");
    sorted.forEach((cell) => {
      const row = copy("departments-row", nameOf(cell.department));
      fill(row, cell);
      body.append(row);
    });
    if (sorted.length) {
      draw("departments", departmentChart(sorted), 70 + 30 * sorted.length);
    }
  }

  /** Where departments of several regions stand side by side, each says whose it is. */
  function nameOf(department) {
    const chosen = document.getElementById("region").selectedOptions[0].textContent;
    const { name, full_name: fullName } = department;
    return fullName.startsWith(chosen) ? name : fullName;
  }

  function drawYears(cells) {
    const years = [...new Set(cells.map((cell) => cell.year))].sort();
    const head = page.querySelector('[data-columns="years"]');
    head.replaceChildren(head.firstElementChild, ...years.map((y) => copy("years-column", y)));
    const byRegion = new Map();
    cells.forEach((cell) => {
      const { code, name } = cell.region;
      byRegion.set(code, byRegion.get(code) || { name, cells: new Map() });
      byRegion.get(code).cells.set(cell.year, cell);
    });
    const body = rowsOf("years");
    byRegion.forEach((place) => {
      const row = copy("years-row", place.name);
      row.append(...years.map((y) => heatCell(place.cells.get(y))));
      body.append(row);
    });
    fitYears();
    window.addEventListener("resize", fitYears);
  }

  /** As many whole years as there is room for, the latest in sight; the rest by scrolling. */
  function fitYears() {
    const table = page.querySelector(".heat-table");
    const scroller = table.parentElement;
    table.style.removeProperty("--year-width");
    const [place, ...columns] = table.querySelectorAll("thead th");
    const widest = Math.max(...columns.map((column) => column.offsetWidth));
    const hides = scroller.scrollWidth > scroller.clientWidth;
    if (hides) {
      const room = scroller.clientWidth - place.offsetWidth;
      const shown = Math.max(1, Math.floor(room / widest));
      table.style.setProperty("--year-width", `${room / shown}px`);
    }
    document.getElementById("years-hint").hidden = !hides;
    scroller.scrollLeft = scroller.scrollWidth;
  }

  function heatCell(cell) {
    if (!cell) {
      return copy("years-nothing");
    }
    const element = copy("years-cell");
    fill(element, cell);
    if (cell.completion_rate !== null) {
      element.classList.add(`heat-${Math.min(4, Math.floor(cell.completion_rate * 5))}`);
    }
    return element;
  }

  // --- Charts -------------------------------------------------------------------------------

  /** Heads of the table beside the chart: both speak the same words. */
  function words(section) {
    return [...document.querySelectorAll(`#${section} thead th`)].map((th) => th.textContent);
  }

  const COMMON = {
    animation: false,
    // A canvas knows no "inherit": it would fall back to ten pixels.
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 14 },
    aria: { enabled: true, decal: { show: true } },
    // The strict content policy forbids the style attributes of HTML tooltips.
    tooltip: { trigger: "axis", renderMode: "richText", confine: true },
    legend: { top: 0, itemGap: 8, itemWidth: 18, textStyle: { fontSize: 14 } },
  };

  function quarterChart(cells, body) {
    const [, , completion, , writeOff, , mean, late] = words("quarters");
    const line = (name, values, color, symbol) => ({
      name,
      type: "line",
      data: values,
      color,
      symbol,
      symbolSize: 9,
      lineStyle: { width: 3 },
    });
    const share = (name) =>
      cells.map((cell) => (cell[name] === null ? null : +(cell[name] * 100).toFixed(1)));
    return {
      ...COMMON,
      grid: { left: 8, right: 8, top: isPhone ? 84 : 62, bottom: 8 },
      xAxis: {
        type: "category",
        data: [...body.querySelectorAll("th")].map((th) => th.textContent),
        axisLabel: { fontSize: 13, interval: 0, hideOverlap: false, width: 84, overflow: "break" },
      },
      yAxis: [
        { type: "value", min: 0, max: 100, name: "%", axisLabel: { fontSize: 13 } },
        {
          type: "value",
          min: 0,
          minInterval: 1,
          name: late,
          splitLine: { show: false },
          axisLabel: { fontSize: 13 },
        },
      ],
      series: [
        {
          name: late,
          type: "bar",
          yAxisIndex: 1,
          data: cells.map((cell) => cell.overdue),
          color: "#e58a82",
          barMaxWidth: 36,
        },
        line(completion, share("completion_rate"), "#1d5fa8", "circle"),
        line(writeOff, share("write_off_rate"), "#14572f", "rect"),
        line(mean, cells.map((cell) => cell.mean_progress), "#8a5a00", "triangle"),
      ],
    };
  }

  function departmentChart(cells) {
    const names = words("departments").slice(2);
    return {
      ...COMMON,
      tooltip: { ...COMMON.tooltip, axisPointer: { type: "shadow" } },
      grid: { left: 8, right: 16, top: isPhone ? 64 : 40, bottom: 8 },
      xAxis: { type: "value", minInterval: 1, axisLabel: { fontSize: 13 } },
      yAxis: {
        type: "category",
        inverse: true,
        data: cells.map((cell) => nameOf(cell.department)),
        axisLabel: {
          fontSize: 13,
          lineHeight: 14,
          width: isPhone ? 120 : 190,
          overflow: "break",
          interval: 0,
        },
      },
      series: LIGHTS.map(([light, color], index) => ({
        name: names[index],
        type: "bar",
        stack: "lights",
        color,
        barMaxWidth: 20,
        data: cells.map((cell) => cell.lights[light]),
      })),
    };
  }

  function draw(name, options, height) {
    const element = page.querySelector(`[data-chart="${name}"]`);
    if (height) {
      element.style.height = `${height}px`;
    }
    if (!charts.has(name)) {
      charts.set(name, window.echarts.init(element));
      new ResizeObserver(() => charts.get(name).resize()).observe(element);
    }
    charts.get(name).setOption(options, true);
    charts.get(name).resize();
  }

  // --- Start --------------------------------------------------------------------------------

  if (isPhone) {
    page.querySelectorAll("[data-fold]").forEach((part) => part.removeAttribute("open"));
  }
  document.getElementById("retry").addEventListener("click", load);
  load();
})();
