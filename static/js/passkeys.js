// Speaks with the device for a passkey: at sign-in, and where one is added under Account. Loaded on
// those pages alone; without it, or where a device has no passkeys, password and code are the way.
//
// What a passkey makes of the site's fixed text opens a journal, so it is treated like a password:
// posted once, kept in no field that a browser could save, and in no store.

const bytes = (text) => {
  const plain = text.replaceAll("-", "+").replaceAll("_", "/");
  return Uint8Array.from(atob(plain), (sign) => sign.charCodeAt(0));
};

const text = (buffer) => {
  const signs = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(signs).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
};

// WebAuthn's JSON to what the browser's functions take. Not by parseCreationOptionsFromJSON, which
// the browsers of older phones don't have.
function prepared(options) {
  const named = (one) => ({ ...one, id: bytes(one.id) });
  const ready = { ...options, challenge: bytes(options.challenge) };
  if (options.user) ready.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) ready.excludeCredentials = options.excludeCredentials.map(named);
  if (options.allowCredentials) ready.allowCredentials = options.allowCredentials.map(named);
  ready.extensions = { prf: { eval: { first: bytes(options.extensions.prf.eval.first) } } };
  return ready;
}

// What is posted of it: the fields that prove the passkey, and nothing of its extensions.
function shown(credential, fields) {
  const response = {};
  for (const field of fields) {
    if (credential.response[field]) response[field] = text(credential.response[field]);
  }
  return JSON.stringify({ id: credential.id, rawId: text(credential.rawId), response });
}

const make = async (options) => {
  const credential = await navigator.credentials.create({ publicKey: prepared(options) });
  return { made: shown(credential, ["clientDataJSON", "attestationObject"]), answer: answer(credential) };
};

const show = async (options) => {
  const credential = await navigator.credentials.get({ publicKey: prepared(options) });
  const fields = ["clientDataJSON", "authenticatorData", "signature", "userHandle"];
  return { shown: shown(credential, fields), answer: answer(credential) };
};

// What it made of the fixed text; "" where the device can't.
function answer(credential) {
  const first = credential.getClientExtensionResults().prf?.results?.first;
  return first ? text(first) : "";
}

// A sentence for whoever looks at the page, from the server or, about the device, from the form.
class Told extends Error {}

async function ask(form, address, more) {
  const body = new URLSearchParams(new FormData(form));
  for (const [name, value] of Object.entries(more)) body.set(name, value);
  let reply;
  try {
    const response = await fetch(address, { method: "POST", body, credentials: "same-origin" });
    reply = await response.json();
  } catch {
    throw new Told(form.dataset.unreachable);
  }
  if (reply.error) throw new Told(reply.error);
  return reply;
}

function begin(form, work) {
  const said = form.querySelector("[role=alert]");
  const buttons = form.querySelectorAll("button");
  const busy = (is) => buttons.forEach((button) => (button.disabled = is));
  const go = async (pressed) => {
    said.textContent = "";
    busy(true);
    try {
      await work(pressed);
    } catch (error) {
      // Called off, refused by the device, or none there: the device has said why by itself.
      said.textContent = error instanceof Told ? error.message : form.dataset.failed;
      busy(false);
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    go(event.submitter);
  });
  addEventListener("pageshow", () => busy(false));
  form.hidden = false;
}

// Sign-in: the answer goes as a form, so that the next page comes as after any sign-in.
function login(form) {
  begin(form, async () => {
    const { publicKey, token } = await ask(form, form.dataset.options, {});
    const proof = await show(publicKey);
    const others = document.querySelector("input[name=shared_device][type=checkbox]");
    const fields = { token, ...proof, shared_device: others?.checked ? "on" : "" };
    for (const [name, value] of Object.entries(fields)) form.elements[name].value = value;
    form.submit();
    form.elements.answer.value = "";
  });
}

// The device is asked twice what it makes of the text: it opens the journal only if both are alike.
async function open(form, reply, first) {
  let proof = await show(reply.publicKey);
  const answers = [first, proof.answer].filter(Boolean);
  if (answers.length === 1) {
    proof = await show(reply.publicKey);
    answers.push(proof.answer);
  }
  const [one = "", two = ""] = answers;
  const { token, passkey } = reply;
  return ask(form, form.action, {
    step: "open", token, passkey, shown: proof.shown, first: one, second: two, password: "",
  });
}

function add(form) {
  begin(form, async (pressed) => {
    const again = pressed?.name === "passkey";
    let reply, first = "";
    if (again) {
      reply = await ask(form, form.action, { step: "again", passkey: pressed.value });
    } else {
      const { publicKey, token } = await ask(form, form.action, { step: "begin" });
      const proof = await make(publicKey);
      first = proof.answer;
      reply = await ask(form, form.action, { step: "made", token, made: proof.made, password: "" });
    }
    try {
      if (reply.publicKey) reply = await open(form, reply, first);
    } catch (error) {
      // It signs in by now, whatever becomes of the rest: the list on the page says how it stands.
      if (again) throw error;
    }
    location.assign(reply.go);
  });
}

if (window.PublicKeyCredential) {
  document.querySelectorAll("form[data-passkey-login]").forEach(login);
  document.querySelectorAll("form[data-passkey-add]").forEach(add);
} else {
  document.querySelectorAll("[data-no-passkeys]").forEach((words) => (words.hidden = false));
}
