// Small comforts on the account pages; every form works without them.

// A password may be looked at while it is typed. It is covered again before it is sent, so that
// the browser doesn't keep it among the texts it offers later.
for (const button of document.querySelectorAll("[data-shows]")) {
  const field = document.getElementById(button.dataset.shows);
  if (!field) continue;
  const show = (visible) => {
    field.type = visible ? "text" : "password";
    button.setAttribute("aria-pressed", String(visible));
  };
  show(field.type === "text");
  button.addEventListener("click", () => show(field.type === "password"));
  field.form.addEventListener("submit", () => show(false));
}

// A suggested name goes into its field without a new page.
for (const button of document.querySelectorAll("[data-fills]")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const field = document.getElementById(button.dataset.fills);
    field.value = button.value;
    field.focus();
  });
}

// Pressed twice, sent once. Coming back by the Back button must find the form working.
for (const form of document.querySelectorAll("form[data-once]")) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  addEventListener("pageshow", () => {
    sent = false;
  });
}

for (const button of document.querySelectorAll("[data-prints]")) {
  button.addEventListener("click", () => print());
}

// The device knows its time zone; it is put in only when asked.
for (const button of document.querySelectorAll("[data-zone-of]")) {
  const select = document.getElementById(button.dataset.zoneOf);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const option = [...select.options].find((one) => one.value === zone);
  if (!option || option.selected) continue;
  button.textContent = `${button.dataset.label} ${option.value.replaceAll("_", " ")}`;
  button.hidden = false;
  button.addEventListener("click", () => {
    option.selected = true;
    button.hidden = true;
    select.focus();
  });
}

// What went wrong is read out and seen first.
document.querySelector(".error-summary")?.focus();
