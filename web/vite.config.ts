import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

/** The server that `npm run dev` talks to. */
const server = process.env.SAIGON115_SERVER ?? "http://127.0.0.1:8115";

export default defineConfig({
  plugins: [svelte()],
  build: {
    target: "es2022",
    assetsInlineLimit: 0, // the page allows no data: fonts
    chunkSizeWarningLimit: 2000,
    rolldownOptions: {
      input: ["index.html", "hospital.html", "planner.html"],
      output: {
        // The map engine changes with its version only; our code with every commit.
        codeSplitting: {
          groups: [{ name: "maplibre", test: /node_modules[\\/](maplibre-gl|@maplibre|pmtiles)/ }],
        },
      },
    },
  },
  server: {
    proxy: {
      "/api": server,
      "/map": server,
      "/feed": { target: server.replace(/^http/, "ws"), ws: true },
    },
  },
  test: { include: ["tests/**/*.test.ts"], environment: "node" },
});
