"""The addresses of the portal, and those of the debug toolbar."""

from debug_toolbar.toolbar import debug_toolbar_urls

from protectu.urls import urlpatterns as of_the_portal

urlpatterns = [*of_the_portal, *debug_toolbar_urls()]
