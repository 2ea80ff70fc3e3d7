// Switches messages on and off in this browser. The server knows the rest.
"use strict";

(() => {
  const card = document.getElementById("push");
  const form = card.querySelector("form");
  const rows = [...document.querySelectorAll("[data-mark]")];

  function show(state) {
    for (const part of card.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== state;
  }

  function bytes(text) {
    const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  }

  async function mark(endpoint) {
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(endpoint));
    return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  async function current() {
    const registration = await navigator.serviceWorker.getRegistration(card.dataset.scope);
    return registration ? registration.pushManager.getSubscription() : null;
  }

  function active(registration) {
    const worker = registration.installing || registration.waiting;
    if (registration.active || !worker) return Promise.resolve();
    return new Promise((done) => {
      worker.addEventListener("statechange", () => worker.state === "activated" && done());
    });
  }

  async function subscribe() {
    const options = { scope: card.dataset.scope };
    const registration = await navigator.serviceWorker.register(card.dataset.worker, options);
    await active(registration);
    // One that was made for another key of the portal, or that its push service forgot, is of no use.
    const old = await registration.pushManager.getSubscription();
    if (old) await old.unsubscribe();
    const key = bytes(card.dataset.key);
    return registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  }

  async function look() {
    if (Notification.permission === "denied") return show("denied");
    const subscription = await current();
    const own = subscription ? await mark(subscription.endpoint) : "";
    const row = rows.find((candidate) => own && candidate.dataset.mark === own);
    if (row) row.querySelector(".this-one").hidden = false;
    return show(row && !("failing" in row.dataset) ? "on" : "off");
  }

  async function switchOn() {
    if ((await Notification.requestPermission()) !== "granted") return look();
    form.elements.subscription.value = JSON.stringify(await subscribe());
    return form.submit();
  }

  async function switchOff(row, off) {
    const subscription = await current();
    if (subscription && row.dataset.mark === (await mark(subscription.endpoint))) await subscription.unsubscribe();
    off.submit();
  }

  if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) {
    show("unsupported");
    return;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    switchOn().catch(() => show("failed"));
  });
  for (const row of rows) {
    const off = row.querySelector(".off");
    off.addEventListener("submit", (event) => {
      event.preventDefault();
      switchOff(row, off).catch(() => off.submit());
    });
  }
  look().catch(() => show("failed"));
})();
