import { defineConfig } from "vite";

// Fixed names: the page that the service renders asks for them; an ETag tells a new version.
export default defineConfig({
  base: "./",
  build: {
    chunkSizeWarningLimit: 1500,
    rollupOptions: {
      input: "src/start.ts",
      output: { entryFileNames: "start.js", assetFileNames: "start[extname]", codeSplitting: false },
    },
  },
});
