// The source of a clause: selecting words in it, by mouse or keys, and what is made of them.
"use strict";

const source = document.querySelector("[data-source]");
const tools = document.querySelector("[data-passage]");

// Characters before a point of the source, each counted once as the server does.
function offsetOf(node, offset) {
  const range = document.createRange();
  range.selectNodeContents(source);
  range.setEnd(node, offset);
  return [...range.toString()].length;
}

// What is selected in the source, as places in the document's text; null when nothing is.
function selected() {
  const selection = window.getSelection();
  if (!source || !selection.rangeCount || selection.isCollapsed) {
    return null;
  }
  const range = selection.getRangeAt(0);
  if (!source.contains(range.startContainer) || !source.contains(range.endContainer)) {
    return null;
  }
  return {
    start: offsetOf(range.startContainer, range.startOffset),
    end: offsetOf(range.endContainer, range.endOffset),
  };
}

if (source && tools) {
  const clause = document.getElementById("clause-form");
  const says = tools.querySelector("[data-says]");
  const hint = says.textContent;

  document.addEventListener("selectionchange", () => {
    const nothing = !selected();
    tools.querySelectorAll("button").forEach((button) => {
      button.disabled = nothing;
    });
  });
  // A press on a button must not undo the selection it is about.
  tools.addEventListener("mousedown", (event) => event.preventDefault());

  // Buttons that send the form take the place along.
  tools.querySelectorAll("[data-place]").forEach((button) => {
    button.addEventListener("click", () => {
      const place = selected();
      clause.elements.at.value = place ? place.start : "";
      clause.elements.until.value = place ? place.end : "";
      clause.elements.body_at.value = "";
    });
  });

  const isLed = () =>
    [...clause.querySelectorAll(".clause-row:not(.removed) select[name$=-role]")].some(
      (role) => role.value === "lead",
    );

  const take = async (kind) => {
    const place = selected();
    const rows = clause.querySelector(`[data-rows=${kind}]`);
    const asked = new URLSearchParams({
      kind,
      ...place,
      row: clause.elements[`${kind}-TOTAL_FORMS`].value,
      led: isLed() ? "on" : "",
    });
    try {
      const answer = await fetch(`${tools.dataset.passage}?${asked}`);
      const text = await answer.text();
      if (answer.redirected) {
        says.textContent = "登录已过期，请刷新页面。";
      } else if (answer.ok) {
        says.textContent = hint;
        rows.dispatchEvent(new CustomEvent("rows:read", { detail: text }));
      } else {
        says.textContent = answer.status === 400 ? text : "没有成功，请刷新页面后重试。";
      }
    } catch {
      says.textContent = "连接不上服务器，请检查网络后重试。";
    }
  };
  tools.querySelectorAll("[data-take]").forEach((button) => {
    button.addEventListener("click", () => take(button.dataset.take));
  });
}

if (source) {
  // A click on another clause's words opens it. They are no link: words in one cannot be selected.
  const open = (place) => {
    const piece = place.closest("[data-opens]");
    if (piece) {
      window.location.assign(piece.dataset.opens);
    }
  };
  source.addEventListener("click", (event) => {
    if (!selected()) {
      open(event.target);
    }
  });

  // The cursor is one selected character: text that cannot be typed into shows no other.
  const MOVES = {
    ArrowLeft: ["backward", "character"],
    ArrowRight: ["forward", "character"],
    ArrowUp: ["backward", "line"],
    ArrowDown: ["forward", "line"],
    Home: ["backward", "lineboundary"],
    End: ["forward", "lineboundary"],
  };

  const isInside = (selection) => selection.rangeCount && source.contains(selection.focusNode);

  const toBeginning = (selection) => {
    const current = source.querySelector("[data-current]");
    if (current && current.firstChild) {
      selection.collapse(current.firstChild, 0);
    } else if (current) {
      selection.collapse(current, 0);
    } else {
      selection.collapse(source, 0);
    }
    selection.modify("extend", "forward", "character");
  };

  const showFocus = (selection) => {
    const range = document.createRange();
    range.setStart(selection.focusNode, selection.focusOffset);
    const pane = source.getBoundingClientRect();
    const line = range.getBoundingClientRect();
    if (line.height && line.top < pane.top) {
      source.scrollTop -= pane.top - line.top + line.height;
    } else if (line.height && line.bottom > pane.bottom) {
      source.scrollTop += line.bottom - pane.bottom + line.height;
    }
  };

  source.addEventListener("focus", () => {
    const selection = window.getSelection();
    if (source.matches(":focus-visible") && !isInside(selection)) {
      toBeginning(selection);
    }
  });

  source.addEventListener("keydown", (event) => {
    const selection = window.getSelection();
    if (event.key === "Enter" && !event.ctrlKey && isInside(selection)) {
      open(selection.anchorNode.parentElement);
      return;
    }
    const move = MOVES[event.key];
    if (!move || event.altKey || event.metaKey) {
      return;
    }
    event.preventDefault();
    if (!isInside(selection)) {
      toBeginning(selection);
      return;
    }
    const [direction, step] = move;
    const size = event.ctrlKey && step === "character" ? "word" : step;
    const before = selection.getRangeAt(0).cloneRange();
    if (event.shiftKey) {
      selection.modify("extend", direction, size);
    } else {
      if (direction === "forward" && selection.toString().length > 1) {
        selection.collapseToEnd();
      } else {
        selection.collapseToStart();
        selection.modify("move", direction, size);
      }
      selection.modify("extend", "forward", "character");
    }
    if (isInside(selection)) {
      showFocus(selection);
    } else {
      selection.removeAllRanges();
      selection.addRange(before);
    }
  });
}
