// Starts Swagger UI on the API's own description. Reading works with the session; to change things, authorize with a key.
SwaggerUIBundle({
  url: document.documentElement.dataset.description,
  dom_id: "#docs",
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
});
