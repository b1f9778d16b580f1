// Confirming clauses: scroll to the current one, add and remove rows, guard unsaved changes, keys.
"use strict";

// The panes reach from where they begin to the bottom of the window, however far one has scrolled.
const bench = document.querySelector(".confirm");
const fit = () => {
  const top = Math.max(12, bench.getBoundingClientRect().top);
  bench.style.setProperty("--above", `${Math.round(top)}px`);
};
if (bench) {
  fit();
  window.addEventListener("scroll", fit, { passive: true });
  window.addEventListener("resize", fit);
}

document.querySelectorAll("[data-scrolls]").forEach((pane) => {
  const current = pane.querySelector("[data-current]");
  if (current) {
    const offset = current.getBoundingClientRect().top - pane.getBoundingClientRect().top;
    pane.scrollTop += offset - pane.clientHeight / 4;
  }
});

// --- The form of the clause ---

const form = document.getElementById("clause-form");
if (form) {
  let changed = Boolean(form.querySelector(".is-invalid"));

  const append = (rows, html) => {
    const total = form.elements[`${rows.dataset.rows}-TOTAL_FORMS`];
    const holder = document.createElement("div");
    holder.innerHTML = html;
    const added = [...holder.children];
    total.value = Number(total.value) + added.length;
    rows.querySelector("[data-list]").append(...added);
    added[0].querySelector("input:not([type=hidden])").focus();
    changed = true;
  };

  form.querySelectorAll("[data-rows]").forEach((rows) => {
    const total = form.elements[`${rows.dataset.rows}-TOTAL_FORMS`];
    rows.querySelector("[data-add-row]").addEventListener("click", () => {
      const blank = rows.querySelector("template").innerHTML;
      append(rows, blank.replaceAll("__prefix__", total.value));
    });
    // Rows read out of the source (source.js).
    rows.addEventListener("rows:read", (event) => append(rows, event.detail));
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

  // Where the words are cut: behind so many characters, each counted once as the server does.
  form.querySelector("[data-split-body]").addEventListener("click", () => {
    const words = form.elements.body;
    form.elements.at.value = "";
    form.elements.body_at.value = [...words.value.slice(0, words.selectionStart)].length;
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

// --- Keys: data-key="J" names the key that presses a button or enters a field ---

// With Alt these work while one types; other letters with Alt belong to the browser's menus.
const WHILE_TYPING = "JKNOTULBM";
const FIELDS = "input:not([type=checkbox]):not([type=radio]), textarea, select";

function keyName(event, typing) {
  if (event.ctrlKey || event.metaKey) {
    return { Enter: "Ctrl+Enter", NumpadEnter: "Ctrl+Enter", KeyS: "Ctrl+S" }[event.code];
  }
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1];
  if (event.altKey) {
    return WHILE_TYPING.includes(letter) ? letter : undefined;
  }
  if (typing) {
    return undefined;
  }
  if (event.key === "?" || event.key === "？") {
    return "?";
  }
  return letter && event.shiftKey ? `Shift+${letter}` : letter;
}

document.addEventListener("keydown", (event) => {
  // A key of the input method is not ours, nor one while the list of keys is open.
  if (event.isComposing || event.keyCode === 229 || document.querySelector(".modal.show")) {
    return;
  }
  const typing = event.target.matches(FIELDS);
  if (typing && event.key === "Escape") {
    event.target.blur();
    return;
  }
  const name = keyName(event, typing);
  if (!name) {
    return;
  }
  const keyed = [...document.querySelectorAll("[data-key]")];
  const wanted = keyed.find((each) => each.dataset.key === name && !each.disabled);
  if (!wanted) {
    return;
  }
  event.preventDefault();
  if (wanted.matches("a, button")) {
    wanted.click();
  } else {
    wanted.focus();
    // One goes on writing behind what is there.
    wanted.setSelectionRange?.(wanted.value.length, wanted.value.length);
  }
});
