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

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow("{% home %}"));
});
