// Runs every command block of the pages that users read, as a reader would: from top to bottom, in one shell for each page.
//
//     node check.js MOCKCLOUD PAGE...
//
// A block is fenced, with `sh` behind the fence. Further words there say what the runner can't see:
//
//     fails=1        it ends with this exit code
//     server         it goes on until the page ends; what follows is run once it serves
//     by=packages    that section of scripts/test runs it
//
// and behind `yaml`, `js`, `python` …: file=NAME writes the block into a file first. A page begins in a folder with the files of
// tests/docs/given, with `mockcloud` on PATH and a network of its own, so that the default port is free.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const [program, ...pages] = process.argv.slice(2);
const sections = /^order=\((.*)\)$/m.exec(readFileSync(join(root, 'scripts/test'), 'utf8'))[1].split(' ');

let passed = 0;
let failed = 0;
function ok(text, good, shown = '') {
  if (good) passed++;
  else {
    failed++;
    console.log(`FAILED ${text}\n${shown.replace(/^/gm, '    ')}`);
  }
}

// The fenced blocks of a page: language, what its words say, lines, where it begins.
function blocks(text) {
  const found = [];
  let open;
  text.split('\n').forEach((line, i) => {
    const fence = /^```(\S*)\s*(.*)$/.exec(line);
    if (open && line === '```') {
      found.push(open);
      open = undefined;
    } else if (!open && fence) {
      const words = fence[2].split(/\s+/).filter(Boolean).map((word) => [...word.split('='), true].slice(0, 2));
      open = { language: fence[1], says: Object.fromEntries(words), lines: [], at: i + 1 };
    } else if (open) open.lines.push(line);
  });
  return found;
}

// The shell's side of one block. A heading on descriptor 5 tells how far it has come.
function script(block) {
  const text = block.lines.join('\n');
  if (block.says.file) return `cat >'${block.says.file}' <<'@END@'\n${text}\n@END@`;
  const begin = `echo '@ ${block.at}' >&5`;
  if (block.says.server)
    return `${begin}\nmkfifo "$HOME/out.${block.at}"\n(\n${text}\n) >"$HOME/out.${block.at}" 2>&1 &\nservers="$servers $!"\nexec 7<"$HOME/out.${block.at}"\n` +
      `while read -r line <&7; do case $line in 'stop '*) break ;; esac; done\ncat <&7 >/dev/null &`;
  if (block.says.fails) return `${begin}\nset +e\n(set -e\n${text}\n)\nstatus=$?\nset -e\n[ "$status" = ${block.says.fails} ]`;
  return `${begin}\n${text}`;
}

function page(name) {
  const all = blocks(readFileSync(join(root, name), 'utf8'));
  const mine = all.filter((block) => (block.language === 'sh' && !block.says.by) || block.says.file);
  for (const block of all.filter((one) => one.says.by))
    ok(`${name}:${block.at}: section ${block.says.by}`, sections.includes(block.says.by), 'there is no such section');
  if (mine.length === 0) return;

  const top = mkdtempSync(join(tmpdir(), 'docs-'));
  try {
    const work = join(top, 'work');
    cpSync(join(here, 'given'), work, { recursive: true });
    symlinkSync(join(root, 'scenarios'), join(work, 'scenarios'));
    mkdirSync(join(top, 'bin'));
    symlinkSync(resolve(program), join(top, 'bin/mockcloud'));
    const lines = ['set -eo pipefail', 'servers=""', 'end() { status=$?; kill $servers 2>/dev/null; exit $status; }', 'trap end EXIT', ...mine.map(script), "echo '@ end' >&5"];
    writeFileSync(join(top, 'page.sh'), lines.join('\n'));
    const alone = process.getuid() === 0 ? ['unshare', '-n'] : ['unshare', '-rn'];
    const { stdout, stderr, status } = spawnSync(
      'timeout', ['-k', '5', '60', ...alone, 'sh', '-c', `busybox ip link set lo up; exec bash '${join(top, 'page.sh')}' 5>'${join(top, 'came')}'`],
      { cwd: work, encoding: 'utf8', env: { PATH: `${join(top, 'bin')}:/usr/local/bin:/usr/bin:/bin`, HOME: top, LANG: 'C.UTF-8' } },
    );
    const came = readFileSync(join(top, 'came'), 'utf8').trim().split('\n').map((line) => line.slice(2));
    const run = mine.filter((block) => !block.says.file);
    run.forEach((block, i) => {
      const last = came.at(-1) === String(block.at);
      ok(`${name}:${block.at}: ${block.lines[0]}`, came.includes(String(block.at)) && !last, last || i === 0 ? `exit code ${status}\n${stdout}${stderr}` : 'not reached');
    });
  } finally {
    rmSync(top, { recursive: true });
  }
}

for (const name of pages) page(name);
// What a reader is told to run is told in a language that this runner knows.
for (const name of pages)
  for (const block of blocks(readFileSync(join(root, name), 'utf8')))
    if (['bash', 'shell', 'console', ''].includes(block.language)) ok(`${basename(name)}:${block.at}: say sh, or text`, false);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
