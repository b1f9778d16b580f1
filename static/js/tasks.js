// The task list: quick updates open below their row; empty filters stay out of the address.
"use strict";

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-opens]");
  if (!button) {
    return;
  }
  const panel = document.getElementById(button.dataset.opens);
  if (!panel) {
    return;
  }
  // Without script the link leads to the same form on the task's own page.
  event.preventDefault();
  panel.hidden = !panel.hidden;
  button.setAttribute("aria-expanded", String(!panel.hidden));
  if (!panel.hidden) {
    const first = panel.querySelector("input:not([type=hidden])");
    first.focus();
    first.select();
  }
});

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-filters]")) {
    return;
  }
  for (const field of event.target.elements) {
    // A disabled field is not sent: /tasks/?year=2018 can be read and passed on.
    field.disabled = field.name !== "" && field.value === "";
  }
});

window.addEventListener("pageshow", () => {
  document.querySelectorAll("[data-filters] :disabled").forEach((field) => {
    field.disabled = false;
  });
});

// After an error in a row, the box with the wrong number has the cursor.
document.addEventListener("htmx:afterSettle", (event) => {
  const wrong = event.detail.elt.querySelector(".is-invalid");
  if (wrong) {
    wrong.focus();
  }
});
