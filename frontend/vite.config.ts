import { readFileSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";

/**
 * Classes `.p0` ... `.p100` and `.w1` ... `.w12`, as numbers for the stylesheet: the pages may carry no inline styles
 * (their content security policy forbids them), so the server says how full a bar is by a class.
 */
function numberClasses(): Plugin {
  const name = "virtual:numbers.css";
  return {
    name: "number-classes",
    resolveId: (id) => (id === name ? `\0${name}` : null),
    load(id) {
      if (id !== `\0${name}`) return null;
      const percents = Array.from({ length: 101 }, (_, n) => `.p${n}{--p:${n}%}`);
      const weights = Array.from({ length: 12 }, (_, n) => `.w${n + 1}{--w:${n + 1}}`);
      return [...percents, ...weights].join("\n");
    },
  };
}

/** The packaged Swagger UI for the page of the API: copied as it is, apart from our own script. */
function apiDescription(): Plugin {
  const from = (path: string) => readFileSync(new URL(path, import.meta.url));
  return {
    name: "api-description",
    generateBundle() {
      const files = {
        "docs.js": "node_modules/swagger-ui-dist/swagger-ui-bundle.js",
        "docs.css": "node_modules/swagger-ui-dist/swagger-ui.css",
        "docs-start.js": "docs-start.js",
      };
      for (const [fileName, path] of Object.entries(files)) this.emitFile({ type: "asset", fileName, source: from(path) });
    },
  };
}

export default defineConfig({
  plugins: [numberClasses(), apiDescription()],
  publicDir: false,
  build: {
    outDir: "../src/episodarr/web/static/dist",
    emptyOutDir: true,
    target: ["chrome123", "firefox121", "safari17.5"],
    cssCodeSplit: false,
    modulePreload: false,
    rolldownOptions: {
      onLog(level, log, write) {
        if (log.code !== "EVAL") write(level, log); // htmx holds one; `allowEval: false` and the policy keep it from running
      },
      input: "src/main.ts",
      output: {
        entryFileNames: "app.js",
        assetFileNames: "app[extname]",
        codeSplitting: false,
      },
    },
  },
});
