// Makes the writing desk smoother: notes beside their lines, saving without leaving the page, and a
// look at the file a few times a second, so that an editor besides this one shows here as well.
// Everything it does, the plain form does too.

const EVERY = 300; // milliseconds between two looks at the file

const editor = document.getElementById("editor");
const form = document.getElementById("words-form");
const words = document.getElementById("words");
const notes = document.getElementById("notes");
const status = document.getElementById("save-status");
const moved = document.getElementById("moved");
const frames = [...document.querySelectorAll("iframe")];

let saved = words.value;
const isDirty = () => words.value !== saved;
const say = (text) => { status.textContent = text; };

// --- Notes beside their lines ---------------------------------------------------------------------

// The height of each line as the textarea wraps it, measured in a hidden twin.
function tops() {
  const twin = document.createElement("div");
  twin.className = "editor__measure";
  const style = getComputedStyle(words);
  for (const name of ["font", "letterSpacing", "tabSize", "padding", "lineHeight", "borderWidth"]) {
    twin.style[name] = style[name];
  }
  twin.style.boxSizing = "border-box";
  twin.style.width = `${words.clientWidth}px`;
  twin.style.height = "auto";
  for (const line of words.value.split("\n")) {
    const row = document.createElement("div");
    row.textContent = line || "\u200b";
    twin.append(row);
  }
  words.parentElement.append(twin);
  const found = [...twin.children].map((row) => row.offsetTop);
  const height = twin.scrollHeight;
  twin.remove();
  return { found, height };
}

function place() {
  words.style.height = "auto";
  const { found, height } = tops();
  words.style.height = `${Math.max(height + 48, 480)}px`;
  if (getComputedStyle(notes).display === "none") return;
  let below = 0;
  for (const note of notes.children) {
    const top = Math.max(found[note.dataset.line - 1] ?? 0, below);
    note.style.top = `${top}px`;
    below = top + note.offsetHeight + 6;
  }
  notes.style.minHeight = `${below}px`;
}

function goTo(line, column = 1) {
  const before = words.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  words.focus({ preventScroll: true });
  words.setSelectionRange(before + column - 1, before + column - 1);
  const box = words.getBoundingClientRect();
  scrollTo({ top: scrollY + box.top + (tops().found[line - 1] ?? 0) - innerHeight / 3 });
}

// The list under the text has every note; here each is put beside its line.
function drawNotes() {
  notes.replaceChildren();
  for (const item of document.querySelectorAll(".lines .findings > li")) {
    const note = document.createElement("button");
    note.type = "button";
    note.tabIndex = -1;
    const kind = item.querySelector(".finding");
    note.className = `note${kind.matches(".finding--warning") ? " note--warning" : ""}`;
    if (kind.matches(".finding--allowed")) note.classList.add("note--allowed");
    note.textContent = kind.textContent;
    note.dataset.line = item.dataset.line;
    note.addEventListener("click", () => goTo(+item.dataset.line, +item.dataset.column));
    notes.append(note);
  }
  editor.classList.add("has-notes");
  place();
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#line-']");
  if (!link) return;
  event.preventDefault();
  goTo(+link.hash.slice("#line-".length));
});

words.addEventListener("input", () => {
  place();
  say(isDirty() ? "Not saved yet." : "");
});
addEventListener("resize", place);

// --- Saving ---------------------------------------------------------------------------------------

function take(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = page.getElementById("words");
  if (!fresh) return false;
  form.elements.seen.value = page.getElementById("editor").dataset.seen;
  document.getElementById("about").replaceWith(page.getElementById("about"));
  if (words.value !== fresh.value) {
    const { selectionStart, selectionEnd } = words;
    words.value = fresh.value;
    words.setSelectionRange(selectionStart, selectionEnd);
  }
  saved = fresh.value;
  moved.hidden = true;
  drawNotes();
  for (const frame of frames) reload(frame);
  return page.querySelector(".notice--good")?.textContent ?? "";
}

// The place in the page is kept while the text changes.
function reload(frame) {
  const view = frame.contentWindow;
  const { scrollX: x, scrollY: y } = view;
  frame.addEventListener("load", () => frame.contentWindow.scrollTo(x, y), { once: true });
  view.location.reload();
}

let isSaving = false;

async function save() {
  if (isSaving) return;
  isSaving = true;
  say("Saving…");
  const sent = words.value;
  try {
    const response = await fetch(form.action, { method: "POST", body: new FormData(form) });
    if (!response.ok) throw response;
    if (words.value === sent) say(take(await response.text()) || "Saved to the file.");
    else await look(true);
  } catch (problem) {
    if (problem instanceof Response) {
      // The answer is a page of its own: two texts to choose from, or what is wrong. Let it show.
      form.submit();
      return;
    }
    say("Not saved: the desk doesn't answer. Is it still running? Your words are here.");
  } finally {
    isSaving = false;
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  save();
});
addEventListener("keydown", (event) => {
  if (event.key === "s" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    save();
  }
});
addEventListener("beforeunload", (event) => {
  if (isDirty() && !isSaving) event.preventDefault();
});

// --- Another editor -------------------------------------------------------------------------------

async function look(isOurs = false) {
  if (isSaving && !isOurs) return;
  let mark;
  try {
    const response = await fetch(editor.dataset.state);
    if (!response.ok) return;
    mark = await response.text();
  } catch {
    return; // The desk was stopped; saving will say so.
  }
  if (mark === form.elements.seen.value || (isSaving && !isOurs)) return;
  if (isDirty() && !isOurs) {
    moved.hidden = false;
    return;
  }
  const page = await (await fetch(location.pathname)).text();
  if (isOurs) {
    // Words typed while the save was on its way stay; only what the file is now is taken note of.
    form.elements.seen.value = mark;
    say("Not saved yet.");
  } else if (!isDirty()) {
    take(page);
    say("The file has changed outside this page; this is how it is now.");
  }
}

// On a slow machine one look may take longer than the time to the next; they don't pile up.
let isLooking = false;

setInterval(async () => {
  if (document.hidden || isLooking) return;
  isLooking = true;
  try {
    await look();
  } finally {
    isLooking = false;
  }
}, EVERY);
drawNotes();
if (location.hash.startsWith("#line-")) goTo(+location.hash.slice("#line-".length));
