{% load i18n places %}// Shows what was pushed. It answers no request of a page, and keeps nothing.
"use strict";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  let said = {};
  try {
    said = event.data.json();
  } catch {
    // A browser that shows nothing after a push takes the permission away.
  }
  event.waitUntil(
    self.registration.showNotification(said.title || "PROTECT-U", {
      body: said.text || "{% filter escapejs %}{% translate 'Please log in.' %}{% endfilter %}",
      tag: said.tag || "protect-u",
      renotify: true,
      requireInteraction: true,
    }),
  );
});

// The push service has given this browser another address. The portal learns it, or the officer learns that it does not.
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(renew(event).catch(warn)));

async function renew(event) {
  const options = { userVisibleOnly: true, applicationServerKey: bytes("{{ public_key }}") };
  const subscription = event.newSubscription || (await self.registration.pushManager.subscribe(options));
  const page = await fetch("{% url 'notices' %}");
  const token = /name="?csrfmiddlewaretoken"? value="([^"]+)"/.exec(await page.text());
  if (page.redirected || !token) throw new Error("nobody is logged in");
  const body = new URLSearchParams({ csrfmiddlewaretoken: token[1], subscription: JSON.stringify(subscription) });
  const answer = await fetch("{% url 'notices-on' %}", { method: "POST", body });
  if (!answer.ok) throw new Error("not taken");
}

function warn() {
  return self.registration.showNotification("PROTECT-U", {
    body: "{% filter escapejs %}{% translate 'Messages no longer reach this browser. Please log in and switch them on again.' %}{% endfilter %}",
    tag: "protect-u-renew",
    requireInteraction: true,
  });
}

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow("{% home %}"));
});
