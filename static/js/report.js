// The filing form: what differs from the last approved report is marked while one types.
"use strict";

function lastOf(block) {
  const words = block.querySelector("[data-last-text]");
  return (words ? words.textContent : block.dataset.last || "").trim();
}

function mark(block) {
  const field = block.querySelector("input, textarea");
  if (!field || "first" in block.dataset) {
    return;
  }
  const typed = field.value.replace(/\r\n/g, "\n").trim().replace(/%$/, "");
  // A target without a figure says nothing; an emptied text does.
  const silent = field.tagName === "INPUT" && typed === "";
  const changed = !silent && typed !== lastOf(block).replace(/\r\n/g, "\n");
  block.classList.toggle("changed", changed);
  let word = block.querySelector(".changed-word");
  if (changed && !word) {
    word = document.createElement("span");
    word.className = "changed-word";
    word.textContent = "有变化";
    const label = block.querySelector("label.form-label, strong");
    label.after(" ", word);
  } else if (!changed && word) {
    word.remove();
  }
}

// A share beyond the whole is possible, but mostly a slip: said at once, refused never.
function doubt(field) {
  const typed = field.value.normalize("NFKC").replace(/[,%\s]/g, "");
  field.closest(".report-field").querySelector(".doubtful").hidden = !(Number(typed) > 100);
}

document.querySelectorAll("[data-report] [data-per-cent]").forEach((field) => {
  doubt(field);
  field.addEventListener("input", () => doubt(field));
});

document.querySelectorAll("[data-report] .report-field").forEach((block) => {
  mark(block);
  block.addEventListener("input", () => mark(block));
});
