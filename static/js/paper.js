// Printing and copying with one press, where a browser can. Everything works without: the browser's
// own Print, and a field whose text can be marked and copied.

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => window.print());
}

for (const button of document.querySelectorAll("[data-copies]")) {
  const field = document.getElementById(button.dataset.copies);
  const status = document.getElementById(button.dataset.says);
  button.addEventListener("click", async () => {
    field.focus();
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      status.textContent = button.dataset.done;
    } catch {
      // Not allowed here (plain http, an old browser): it is marked, so one more tap copies it.
      status.textContent = button.dataset.marked;
    }
  });
}
