// Reading settings and the country on the help page: kept on this device, sent nowhere.
// Runs in the head, before anything is drawn, so that a dark room never sees a bright flash.
(() => {
  "use strict";
  const KEPT = "alongside-reading";
  const COUNTRY = "alongside-country";
  const NAMES = ["theme", "size", "spacing", "width", "font", "motion"];
  const root = document.documentElement;

  // Storage can be switched off, full, or hold what another version wrote.
  const recall = (key) => {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  };
  const keep = (key, value) => {
    try {
      localStorage.setItem(key, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  };

  const known = (settings) =>
    NAMES.map((name) => [name, settings?.[name]]).filter(
      ([, value]) => typeof value === "string" && /^[a-z]{1,12}$/.test(value),
    );

  let settings = Object.fromEntries(known(recall(KEPT)));

  const apply = () => {
    for (const name of NAMES) {
      if (settings[name]) root.dataset[name] = settings[name];
      else delete root.dataset[name];
    }
  };

  const show = (form) => {
    for (const field of form.querySelectorAll("input")) {
      field.checked = field.value === (settings[field.name] ?? "");
    }
  };

  root.dataset.js = "";
  apply();

  addEventListener("storage", (event) => {
    if (event.key !== KEPT) return;
    settings = Object.fromEntries(known(recall(KEPT)));
    apply();
  });

  const settingsForm = () => {
    const panel = document.getElementById("reading");
    const form = panel?.querySelector("form");
    if (!form) return;
    const change = (fresh) => {
      settings = Object.fromEntries(known(fresh));
      apply();
      show(form);
      form.querySelector("[data-not-kept]").hidden = keep(KEPT, settings);
    };
    show(form);
    form.addEventListener("change", () => change(Object.fromEntries(new FormData(form))));
    form.addEventListener("reset", (event) => {
      event.preventDefault();
      change({});
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    const close = () => {
      panel.open = false;
    };
    panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      close();
      panel.querySelector("summary").focus();
    });
    // A panel left behind must not lie over what has the focus now.
    document.addEventListener("pointerdown", (event) => panel.contains(event.target) || close());
    document.addEventListener("focusin", (event) => panel.contains(event.target) || close());
  };

  const countries = () => {
    const picker = document.querySelector("[data-countries]");
    if (!picker) return;
    const choose = (link) => {
      for (const other of picker.querySelectorAll("[aria-current]")) {
        other.removeAttribute("aria-current");
      }
      link.setAttribute("aria-current", "true");
    };
    picker.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link) return;
      keep(COUNTRY, link.hash);
      choose(link);
    });
    const kept = recall(COUNTRY);
    const link = [...picker.querySelectorAll("a")].find((one) => one.hash === kept);
    const section = link && document.getElementById(kept.slice(1));
    if (!section) return;
    choose(link);
    picker.after(section);
  };

  document.addEventListener("DOMContentLoaded", () => {
    settingsForm();
    countries();
  });
})();
