// Tells the truth about saving, and keeps trying. htmx sends the forms; the server says "Saved".
// Nothing typed is kept anywhere but in the page itself.

const RETRY = { first: 2_000, longest: 30_000 }; // milliseconds

const words = document.getElementById("status-words")?.dataset ?? {};
const unsaved = new Map(); // form → { since, wait, timer }
const underWay = new WeakSet(); // forms whose request is being answered
const pressed = new Map(); // id of a form that is being drawn anew → the button that was pressed

const isPrompt = (form) => form instanceof HTMLFormElement && form.matches("form.prompt[hx-post]");
const statusOf = (form) => form.querySelector("[role=status]");

function say(form, text, failed = false) {
  const status = statusOf(form);
  if (!status) return;
  status.classList.toggle("status--not-saved", failed);
  form.refusal = null;
  const line = document.createElement("p");
  line.textContent = text;
  status.replaceChildren(line);
}

// What a form holds, without what the server counts in it.
function contents(form) {
  const data = new FormData(form);
  data.delete("version");
  data.delete("entry");
  return new URLSearchParams([...data]).toString();
}

function dirty(form) {
  const state = unsaved.get(form) ?? { wait: RETRY.first };
  clearTimeout(state.timer);
  unsaved.set(form, state);
}

function retryLater(form) {
  const state = unsaved.get(form) ?? { wait: RETRY.first };
  clearTimeout(state.timer);
  state.timer = setTimeout(() => resend(form), state.wait);
  state.wait = Math.min(state.wait * 2, RETRY.longest);
  unsaved.set(form, state);
}

// As without a script: the answer is a whole page, here the one with both versions.
function sendPlainly(form) {
  unsaved.delete(form);
  form.submit();
}

const resend = (form) => form.isConnected && htmx.trigger(form, "submit");

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!isPrompt(form)) return;
  dirty(form);
  if (!statusOf(form).classList.contains("status--not-saved")) say(form, words.unsaved);
});

document.addEventListener("change", (event) => {
  if (isPrompt(event.target.form)) dirty(event.target.form);
});

// Tells the server a slow request from a newer one of the same page.
let turn = 0;
document.addEventListener("htmx:configRequest", (event) => {
  if (!isPrompt(event.detail.elt)) return;
  turn = Math.max(turn + 1, Date.now());
  event.detail.parameters.turn = String(turn);
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const form = event.detail.elt;
  if (!isPrompt(form)) return;
  form.sent = contents(form);
  if (!form.isStale) {
    say(form, words.saving);
    return;
  }
  // What is typed on goes to the version beside, and the way to choose stays in sight. Only a press
  // of one's own leaves the page for it.
  const cause = event.detail.requestConfig.triggeringEvent;
  if (cause?.type !== "submit" || !cause.isTrusted) return;
  event.preventDefault();
  sendPlainly(form);
});

document.addEventListener("htmx:beforeSend", ({ detail }) => underWay.add(detail.elt));

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.detail.elt;
  underWay.delete(form);
  if (!isPrompt(form)) return;
  const status = event.detail.xhr.status;
  if (event.detail.successful) {
    form.isStale = false;
    // Words typed since the request left are on their way with the next one.
    if (!form.isConnected || contents(form) === form.sent) {
      clearTimeout(unsaved.get(form)?.timer);
      unsaved.delete(form);
    } else {
      say(form, words.unsaved);
      retryLater(form);
    }
  } else if (status === 0) {
    say(form, words.unreachable, true);
    retryLater(form);
  } else {
    form.isStale = status === 409;
    const answer = statusOf(form);
    answer?.classList.add("status--not-saved");
    // An error that isn't the journal's own (too many requests, a fault) says nothing here.
    const tries = status >= 500 || status === 429;
    if (answer && !answer.textContent.trim()) say(form, tries ? words.failed : words.refused, true);
    if (tries) retryLater(form);
  }
});

window.addEventListener("online", () => {
  for (const form of unsaved.keys()) if (isPrompt(form)) resend(form);
});

window.addEventListener("beforeunload", (event) => {
  if ([...unsaved.keys()].some((form) => form.isConnected)) event.preventDefault();
});

// Buttons that add, move or remove a row send everything typed and get the form drawn anew.
document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.submitPlainly) {
    const form = document.getElementById(button.dataset.submitPlainly);
    unsaved.delete(form);
    form.submit();
    return;
  }
  if (!("redraw" in button.dataset) || !isPrompt(button.form)) return;
  event.preventDefault();
  dirty(button.form);
  redraw(button.form, button);
});

function redraw(form, button) {
  if (!form.isConnected) return;
  if (underWay.has(form)) {
    // What is on its way comes first: its answer brings the version that this press starts from.
    // (A form that was just drawn still bears its forerunner's class htmx-request for a moment.)
    const again = () => setTimeout(redraw, 0, form, button);
    form.addEventListener("htmx:afterRequest", again, { once: true });
    return;
  }
  // Nothing can be typed into what is about to be drawn anew.
  form.inert = true;
  pressed.set(form.id, button);
  const values = { [button.name]: button.value };
  htmx.ajax("POST", form.action, { source: form, target: form, swap: "outerHTML", values });
}

// A refusal that stands there already stays as it is: a button that is replaced between press and
// release is never clicked.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { elt: form } = detail.requestConfig;
  if (!isPrompt(form) || !detail.isError) return;
  if (form.isStale && form.refusal === detail.xhr.responseText) detail.shouldSwap = false;
  form.refusal = detail.xhr.responseText;
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!isPrompt(detail.target)) return;
  if (detail.isError) {
    // An error brings no form, only what to say about it.
    detail.target = statusOf(detail.target);
    detail.swapOverride = "innerHTML";
  } else detail.selectOverride = "unset"; // the whole answer, not its status alone
});

document.addEventListener("htmx:afterSwap", ({ target: form }) => {
  const button = pressed.get(form.id);
  if (!button || form === button.form) return;
  clearTimeout(unsaved.get(button.form)?.timer);
  unsaved.delete(button.form);
  pressed.delete(form.id);
  settle(form, button);
});

// Still there after the answer: it failed, and what was typed can be typed on.
document.addEventListener("htmx:afterRequest", ({ target: form }) => {
  if (!pressed.has(form.id)) return;
  form.inert = false;
  pressed.get(form.id).focus();
  pressed.delete(form.id);
});

// After a redraw: the row that came or moved, so that a keyboard or a screen reader stays with it.
function settle(form, { name, value }) {
  const rows = [...form.querySelectorAll(".row, .choice--own")];
  const [verb, number] = value.split(":");
  const at = { add: rows.length - 1, up: number - 1, down: Number(number) + 1, remove: number }[verb];
  const row = at === undefined ? null : rows[Math.max(0, Math.min(at, rows.length - 1))];
  const field = row?.querySelector("input:not([type=hidden], [type=checkbox], [type=radio]), textarea");
  const same = form.querySelector(`button[name="${name}"][value="${value}"]`);
  (field ?? same ?? form.querySelector(".prompt__actions [data-redraw]")).focus();
  // A live region that comes with its words is silent; they are spoken when they change in it.
  const said = [...statusOf(form).childNodes];
  statusOf(form).replaceChildren();
  setTimeout(() => statusOf(form).replaceChildren(...said), 100);
}
