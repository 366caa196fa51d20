// SPDX-License-Identifier: Apache-2.0
// node build.mjs FOLDER: bundles src/ into pages without figures, report.html and study.html; ./build
// calls it where the packages are. The same sources and packages give the same bytes.
import {createHash} from 'node:crypto';
import {readFileSync, writeFileSync} from 'node:fs';
import {build} from 'esbuild';

const kPages = {
  'report.html': {folder: 'src', maker: 'weft report',
                  without: 'report.json holds the same figures'},
  'study.html': {folder: 'src/study', maker: 'weft sweep page',
                 without: 'weft sweep pareto --csv writes the same figures'},
};
const hash = (content) => 'sha256-' + createHash('sha256').update(content).digest('base64');

for (const [name, {folder, maker, without}] of Object.entries(kPages)) {
  const result = await build({
    entryPoints: [`${folder}/main.ts`, `${folder}/style.css`],
    outdir: 'unwritten',
    write: false,
    bundle: true,
    minify: true,
    charset: 'ascii',
    format: 'iife',
    target: 'es2022',
    legalComments: 'none',
  });
  const text = (ending) =>
      result.outputFiles.find((file) => file.path.endsWith(ending)).text.trim();
  const script = text('main.js').replaceAll('</', '<\\/').replaceAll('<!--', '<\\!--');
  const style = text('style.css');
  let page = readFileSync('template.html', 'utf8');
  for (const [mark, content] of [
    ['@maker@', maker], ['@without@', without], ['@script@', hash(script)],
    ['@style@', hash(style)], ['@css@', style], ['@js@', script]]) {
    page = page.replace(mark, () => content);
  }
  if (/[^\x00-\x7f]/.test(page)) {
    throw new Error(`${name} must be ASCII: it travels through the compiler`);
  }
  writeFileSync(`${process.argv[2]}/${name}`, page);
}
