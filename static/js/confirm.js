// Confirming clauses: scroll to the current one, add and remove rows, guard unsaved changes.
"use strict";

document.querySelectorAll("[data-scrolls]").forEach((pane) => {
  const current = pane.querySelector("[data-current]");
  if (current) {
    const offset = current.getBoundingClientRect().top - pane.getBoundingClientRect().top;
    pane.scrollTop += offset - pane.clientHeight / 4;
  }
});

const form = document.getElementById("clause-form");
if (form) {
  let changed = Boolean(form.querySelector(".is-invalid"));

  form.querySelectorAll("[data-rows]").forEach((rows) => {
    const total = form.elements[`${rows.dataset.rows}-TOTAL_FORMS`];
    rows.querySelector("[data-add-row]").addEventListener("click", () => {
      const blank = rows.querySelector("template").innerHTML;
      const holder = document.createElement("div");
      holder.innerHTML = blank.replaceAll("__prefix__", total.value);
      const row = holder.firstElementChild;
      total.value = Number(total.value) + 1;
      rows.querySelector("[data-list]").append(row);
      row.querySelector("input:not([type=hidden])").focus();
      changed = true;
    });
  });

  const showRemoved = (box) => {
    box.closest(".clause-row").classList.toggle("removed", box.checked);
  };
  form.querySelectorAll("[data-removes]").forEach(showRemoved);
  form.addEventListener("change", (event) => {
    changed = true;
    if (event.target.matches("[data-removes]")) {
      showRemoved(event.target);
    }
  });
  form.addEventListener("input", () => {
    changed = true;
  });

  // Saving is leaving on purpose; every other way out asks first.
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && event.target === form) {
      changed = false;
    }
  });
  window.addEventListener("beforeunload", (event) => {
    if (changed) {
      event.preventDefault();
    }
  });

  const wrong = form.querySelector(".is-invalid");
  if (wrong) {
    wrong.focus();
  }
}
