// SPDX-License-Identifier: Apache-2.0
// node build.mjs OUT: bundles src/ into one page without a run; ./build calls it where the packages
// are. The same sources and packages give the same bytes.
import {createHash} from 'node:crypto';
import {readFileSync, writeFileSync} from 'node:fs';
import {build} from 'esbuild';

const result = await build({
  entryPoints: ['src/main.ts', 'src/style.css'],
  outdir: 'unwritten',
  write: false,
  bundle: true,
  minify: true,
  charset: 'ascii',
  format: 'iife',
  target: 'es2022',
  legalComments: 'none',
});
const text = (ending) => result.outputFiles.find((file) => file.path.endsWith(ending)).text.trim();
const script = text('main.js').replaceAll('</', '<\\/').replaceAll('<!--', '<\\!--');
const style = text('style.css');
const hash = (content) => 'sha256-' + createHash('sha256').update(content).digest('base64');
let page = readFileSync('template.html', 'utf8');
for (const [mark, content] of [
  ['@script@', hash(script)], ['@style@', hash(style)], ['@css@', style], ['@js@', script]]) {
  page = page.replace(mark, () => content);
}
if (/[^\x00-\x7f]/.test(page)) {
  throw new Error('the page must be ASCII: it travels through the compiler');
}
writeFileSync(process.argv[2], page);
