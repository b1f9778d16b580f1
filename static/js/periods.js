// The deadline a region last chose for a kind of period stands in the form as soon as both are chosen.
"use strict";

(() => {
  const usual = JSON.parse(document.getElementById("usual-deadlines").textContent);
  document.querySelectorAll("form[data-usual]").forEach((form) => {
    const field = (name) => form.elements[name];
    form.addEventListener("change", (event) => {
      if (event.target !== field("region") && event.target !== field("kind")) {
        return;
      }
      const last = usual.find(
        (row) => String(row.region) === field("region").value && row.kind === field("kind").value,
      );
      if (last) {
        field("filing_rule").value = last.rule;
        field("filing_days").value = last.days;
      }
    });
  });
})();
