// What every page needs: the CSRF header for htmx, one click per form, filters that apply at once.
"use strict";

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector('meta[name="csrf-token"]');
  event.detail.headers["X-CSRFToken"] = token ? token.content : "";
});

// htmx leaves the page as it was on an error answer; say so instead of staying silent.
document.addEventListener("htmx:responseError", () => {
  window.alert("操作没有成功，请刷新页面后重试。");
});
document.addEventListener("htmx:sendError", () => {
  window.alert("连接不上服务器，请检查网络后重试。");
});

// A second click while the first is on its way sends nothing. The server refuses it too.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") {
    return;
  }
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
});

// Coming back with the browser's back button: the form may be sent again.
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

// <form data-confirm="真的…？">: asked before it is sent (capture: before the guard above).
document.addEventListener(
  "submit",
  (event) => {
    const button = event.submitter;
    const question = (button && button.dataset.confirm) || event.target.dataset.confirm;
    if (question && !window.confirm(question)) {
      event.preventDefault();
      event.stopPropagation();
    }
  },
  true,
);

// <select data-apply>: a filter that applies as soon as it is chosen.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-apply]")) {
    event.target.form.requestSubmit();
  }
});
