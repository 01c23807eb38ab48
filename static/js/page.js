// What every page brings: reading settings, the way out, and small comforts of place.
//
// One classic script in the head, so that a first visit asks once and the settings stand before
// anything is drawn: a dark room never sees a bright flash. All of it is comfort; every page works
// without.
(() => {
  "use strict";
  const root = document.documentElement;
  const ready = (start) => document.addEventListener("DOMContentLoaded", start);

  // Storage can be switched off, full, or hold what another version wrote.
  const recall = (storage, key) => {
    try {
      return JSON.parse(window[storage].getItem(key));
    } catch {
      return null;
    }
  };
  const keep = (storage, key, value) => {
    try {
      window[storage].setItem(key, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  };

  // --- Reading settings: kept on this device, sent nowhere -----------------------------------
  const READING = "alongside-reading";
  const NAMES = ["theme", "size", "spacing", "width", "font", "motion"];
  const known = (settings) =>
    Object.fromEntries(
      NAMES.map((name) => [name, settings?.[name]]).filter(
        ([, value]) => typeof value === "string" && /^[a-z]{1,12}$/.test(value),
      ),
    );
  let settings = known(recall("localStorage", READING));

  const apply = () => {
    for (const name of NAMES) {
      if (settings[name]) root.dataset[name] = settings[name];
      else delete root.dataset[name];
    }
  };
  root.dataset.js = "";
  apply();
  addEventListener("storage", (event) => {
    if (event.key !== READING) return;
    settings = known(recall("localStorage", READING));
    apply();
  });

  ready(() => {
    const panel = document.getElementById("reading");
    const form = panel?.querySelector("form");
    if (!form) return;
    const show = () => {
      for (const field of form.querySelectorAll("input")) {
        field.checked = field.value === (settings[field.name] ?? "");
      }
    };
    const change = (fresh) => {
      settings = known(fresh);
      apply();
      show();
      form.querySelector("[data-not-kept]").hidden = keep("localStorage", READING, settings);
    };
    show();
    form.addEventListener("change", () => change(Object.fromEntries(new FormData(form))));
    form.addEventListener("reset", (event) => {
      event.preventDefault();
      change({});
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      panel.open = false;
      panel.querySelector("summary").focus();
    });
    // A panel left behind must not lie over what has the focus now.
    const close = (event) => panel.contains(event.target) || (panel.open = false);
    document.addEventListener("pointerdown", close);
    document.addEventListener("focusin", close);
  });

  // --- On paper nothing is folded that its author only folded for the screen -------------------
  addEventListener("beforeprint", () => {
    for (const fold of document.querySelectorAll(".fold:not([open])")) {
      fold.open = true;
      fold.dataset.unfolded = "";
    }
  });
  addEventListener("afterprint", () => {
    for (const fold of document.querySelectorAll("[data-unfolded]")) {
      fold.open = false;
      delete fold.dataset.unfolded;
    }
  });

  // --- Who came here about using is asked nothing about small steps in this tab ---------------
  const QUIET = "alongside-quiet";
  ready(() => {
    if (document.querySelector("article[data-quiet]")) keep("sessionStorage", QUIET, true);
    if (recall("sessionStorage", QUIET)) document.getElementById("how-it-went")?.remove();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("a[data-quiet]")) keep("sessionStorage", QUIET, true);
  });

  // --- Neutral titles -------------------------------------------------------------------------
  // Help and error pages don't ask who is there, so they learn from the page before, in this tab
  // only, that titles are to say nothing. A page that knows says so in data-tab.
  const TAB = "alongside-tab";
  const before = recall("sessionStorage", TAB);
  const { tab } = root.dataset;
  if (tab === undefined && before) {
    document.title = before;
    ready(() => {
      const icon = document.querySelector("link[rel=icon]");
      icon.href = icon.dataset.plain;
    });
  } else if (tab !== undefined && tab !== (before ?? "")) keep("sessionStorage", TAB, tab);

  // --- The country on the help page -----------------------------------------------------------
  const COUNTRY = "alongside-country";
  ready(() => {
    const picker = document.querySelector("[data-countries]");
    if (!picker) return;
    const choose = (link) => {
      picker.querySelector("[aria-current]")?.removeAttribute("aria-current");
      link.setAttribute("aria-current", "true");
    };
    picker.addEventListener("click", (event) => {
      const link = event.target.closest("a");
      if (!link) return;
      keep("localStorage", COUNTRY, link.hash);
      choose(link);
    });
    const kept = recall("localStorage", COUNTRY);
    const link = [...picker.querySelectorAll("a")].find((one) => one.hash === kept);
    const section = link && document.getElementById(kept.slice(1));
    if (!section) return;
    choose(link);
    picker.after(section);
  });

  // --- Where am I: the section being read, named and never counted -----------------------------
  ready(() => {
    const list = document.getElementById("sections");
    const beside = document.getElementById("place");
    if (!list || !beside) return;
    const links = [...list.querySelectorAll("a")];
    const heads = links.map((link) => document.getElementById(link.hash.slice(1)));
    const mark = () => {
      const line = innerHeight * 0.4;
      const past = heads.filter((head) => head.getBoundingClientRect().top < line);
      links.forEach((link, at) => {
        if (at === past.length - 1) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      });
      beside.hidden = !past.length;
      beside.textContent = past.at(-1)?.textContent ?? "";
    };
    const watch = new IntersectionObserver(mark, { rootMargin: "999999px 0px -60% 0px" });
    heads.forEach((head) => watch.observe(head));
    beside.addEventListener("click", () => (list.open = true));
    // In the margin there is room for it; in the column it waits until it is asked for.
    const margin = matchMedia("(min-width: 72rem)");
    const unfold = () => (list.open = margin.matches);
    margin.addEventListener("change", unfold);
    unfold();
  });

  // --- Fields that grow, where the style sheet can't do it ------------------------------------
  if (!CSS.supports("field-sizing: content")) {
    const grow = ({ target: field }) => {
      if (field.localName !== "textarea" || field.scrollHeight <= field.clientHeight) return;
      // Only ever taller, so that nothing jumps while someone types.
      field.style.blockSize = `${field.scrollHeight + field.offsetHeight - field.clientHeight}px`;
    };
    document.addEventListener("input", grow);
    ready(() => document.querySelectorAll("textarea").forEach((target) => grow({ target })));
  }

  // --- Leaving quickly: the button, or Shift three times ---------------------------------------
  // The page is emptied first, because the way out may take a second on a bad network, and a second
  // is long with someone at one's shoulder. Without this the button is a plain link to the same.
  const PRESSES = 3;
  const PAUSE = 3000; // ms between two presses before they are forgotten
  let leaving = false;

  // Nobody is asked "leave this page?" on the way out. This listener is the first, so it can keep
  // the others from asking.
  addEventListener("beforeunload", (event) => leaving && event.stopImmediatePropagation(), true);

  ready(() => {
    const link = document.getElementById("exit");
    const status = document.getElementById("exit-status");
    if (!link || !status) return;
    const leave = () => {
      leaving = true;
      dispatchEvent(new Event("leaving")); // lock.js covers the other tabs
      const said = document.createElement("p");
      said.className = "visually-hidden";
      said.setAttribute("role", "status");
      document.title = "…";
      document.body.replaceChildren(said);
      said.textContent = link.dataset.leaving;
      // Not a new entry: Back must not lead to this page again.
      location.replace(link.href);
    };
    link.addEventListener("click", (event) => {
      event.preventDefault();
      leave();
    });

    let presses = 0;
    let alone = false; // Shift went down and nothing else since: no capital letter, no shortcut
    let timer = 0;
    const forget = () => {
      if (presses) status.textContent = link.dataset.staying;
      presses = 0;
      clearTimeout(timer);
      timer = setTimeout(() => (status.textContent = ""), PAUSE);
    };
    addEventListener("keydown", (event) => {
      if (event.key === "Shift") alone = alone || !event.repeat;
      else {
        alone = false;
        if (presses) forget();
      }
    });
    addEventListener("pointerdown", () => {
      alone = false;
    });
    addEventListener("keyup", (event) => {
      if (event.key !== "Shift" || !alone) return;
      alone = false;
      presses += 1;
      if (presses === PRESSES) {
        leave();
        return;
      }
      status.textContent = presses === 1 ? link.dataset.twoMore : link.dataset.oneMore;
      clearTimeout(timer);
      timer = setTimeout(forget, PAUSE);
    });
  });
})();
