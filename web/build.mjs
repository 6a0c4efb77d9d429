// Bundles what the browser gets into dist/: scripts, styles and a sprite of the icons that are used.
// Run by tools/bundle_web.py; nothing of dist/ or node_modules/ is under version control.
import {build} from "esbuild";
import {copyFile, mkdir, readFile, rm, writeFile} from "node:fs/promises";

const ICONS = "node_modules/@tabler/icons/icons";

/** Returns one icon as a symbol; an icon that does not exist ends the build and is named. */
async function symbol(name) {
  const [shape, style = "outline"] = name.split(" ");
  const drawn = await readFile(`${ICONS}/${style}/${shape}.svg`, "utf8").catch(() => {
    throw new Error(`src/icons.txt: there is no icon ${shape} in the style ${style}`);
  });
  const paths = drawn.slice(drawn.indexOf(">", drawn.indexOf("<svg")) + 1, drawn.lastIndexOf("</svg>"));
  return `<symbol id="${shape}" viewBox="0 0 24 24">${paths.replace(/\s+/g, " ").trim()}</symbol>`;
}

await rm("dist", {recursive: true, force: true});
await mkdir("dist");
await build({
  entryPoints: ["src/console.css", "src/web_call.js"],
  bundle: true,
  minify: true,
  target: "es2022",
  outdir: "dist",
  legalComments: "linked",
  logLevel: "warning",
});
await copyFile("src/icon.svg", "dist/icon.svg");
const names = (await readFile("src/icons.txt", "utf8")).split("\n").filter((line) => line && !line.startsWith("#"));
const symbols = await Promise.all(names.map(symbol));
await writeFile("dist/icons.svg", `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
