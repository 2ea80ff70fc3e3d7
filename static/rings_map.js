// A map to choose a place on, and what an alert there would tell. Outlines are ours: nobody else hears of it.
"use strict";

(() => {
  const element = document.getElementById("rings-map");
  if (!element || !window.L) return;

  const field = document.getElementById(element.dataset.field);
  const source = document.getElementById("rings-map-data");
  const drawn = source ? JSON.parse(source.textContent) : null;
  const CALM = { animate: false };
  const THAILAND = [[5.6, 97.3], [20.5, 105.7]];
  const NAMES_FROM_ZOOM = 9;

  element.hidden = false;
  const map = L.map(element, {
    attributionControl: false, zoomAnimation: false, fadeAnimation: false, markerZoomAnimation: false,
    inertia: false, minZoom: 5, maxZoom: 15, scrollWheelZoom: false,
  });
  L.control.scale({ imperial: false }).addTo(map);
  if (element.dataset.streets) {
    element.classList.add("has-streets");
    L.tileLayer(element.dataset.streets, { maxNativeZoom: Number(element.dataset.streetsZoom) }).addTo(map);
  }
  if (element.dataset.middle) map.setView(element.dataset.middle.split(","), 8, CALM);
  else map.fitBounds(THAILAND, CALM);

  function icon(className, text, size) {
    const span = document.createElement("span");
    span.className = className;
    span.textContent = text;
    return L.divIcon({ className: "marker", html: span, iconSize: [size, size] });
  }

  let mark = null;
  function put(at) {
    mark?.remove();
    mark = L.marker(at, { icon: icon("pin pin-large state-red", "◎", 32), keyboard: false }).addTo(map);
  }

  function typed() {
    const parts = field.value.split(/[;,\s]+/).filter(Boolean).map(Number);
    return parts.length === 2 && parts.every(Number.isFinite) ? parts : null;
  }

  map.on("click", ({ latlng }) => {
    field.value = `${latlng.lat.toFixed(4)}, ${latlng.lng.toFixed(4)}`;
    put(latlng);
  });
  field.addEventListener("change", () => {
    const at = typed();
    if (at) { put(at); map.setView(at, Math.max(map.getZoom(), 10), CALM); }
  });

  if (drawn?.at) {
    drawn.radii.forEach((radius) => L.circle(drawn.at, { radius, className: "radius", interactive: false }).addTo(map));
    drawn.agencies.forEach(({ at, name, ring }) =>
      L.marker(at, { icon: icon("told-pin", String(ring), 24), title: `${element.dataset.ring} ${ring}: ${name}`, keyboard: false, alt: name }).addTo(map));
    put(drawn.at);
    const nearest = Math.min(...drawn.radii.filter((radius) => radius > 0), 50000);
    map.fitBounds(L.latLng(drawn.at).toBounds(2 * nearest), CALM);
  }

  fetch(element.dataset.outlines).then((answer) => (answer.ok ? answer.json() : null)).then((areas) => {
    if (!areas) return;
    const isPoint = ({ geometry }) => geometry.type === "Point";
    L.geoJSON(areas.features.filter((area) => !isPoint(area)), { className: "province ours", interactive: false, style: { weight: 1 } })
      .addTo(map).bringToBack();
    const names = L.layerGroup().addTo(map);
    const districts = areas.features.filter(isPoint);
    function name() {
      names.clearLayers();
      if (map.getZoom() < NAMES_FROM_ZOOM) return;
      const view = map.getBounds();
      for (const { geometry: { coordinates: [longitude, latitude] }, properties } of districts) {
        const at = [latitude, longitude];
        if (view.contains(at)) L.marker(at, { icon: icon("around-name", properties.name, 0), interactive: false, keyboard: false }).addTo(names);
      }
    }
    map.on("moveend", name);
    name();
  });
})();
