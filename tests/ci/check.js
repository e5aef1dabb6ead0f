// What scripts/ci holds: the Kubernetes manifest is a Job to the letter, and the shares of all places together are all
// scenarios, each once, by each of the three commands.
//
//     node check.js MOCKCLOUD
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import YAML from 'yaml';

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, '../..');
const program = resolve(process.argv[2]);
const load = (name) => YAML.parse(readFileSync(join(root, 'scripts/ci', name), 'utf8'));

let passed = 0;
let failed = 0;
function ok(text, good, shown = '') {
  if (good) passed++;
  else {
    failed++;
    console.log(`FAILED ${text}\n${shown}`);
  }
}

// A literal of the published type: a field that is unknown, missing or of another type doesn't compile.
function compiles(job) {
  const file = join(here, 'manifest.generated.ts');
  writeFileSync(file, `import type { Job } from 'kubernetes-types/batch/v1';\nexport const job: Job = ${JSON.stringify(job)};\n`);
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'esnext', '--moduleResolution', 'bundler'];
  const { status, stdout } = spawnSync('node', [join(here, 'node_modules/typescript/bin/tsc'), ...options, file], { encoding: 'utf8' });
  rmSync(file);
  return { good: status === 0, stdout };
}

// ---- the three, with the environment of each place ----

const job = load('kubernetes.yaml');
const container = job.spec.template.spec.containers[0];
const gitlab = load('gitlab.yml').claiming;
const github = load('github.yml').jobs.scenarios;
const step = github.steps.find((one) => one.run);
const systems = {
  kubernetes: {
    places: job.spec.completions,
    command: () => container.command.join(' '),
    env: (index) => ({ JOB_COMPLETION_INDEX: String(index), ...Object.fromEntries(container.env.map(({ name, value }) => [name, value])) }),
  },
  gitlab: {
    places: gitlab.parallel,
    command: () => gitlab.script.join('\n'),
    env: (index) => ({ CI_NODE_INDEX: String(index + 1), CI_NODE_TOTAL: String(gitlab.parallel) }),
  },
  github: {
    places: github.strategy.matrix.shard.length,
    command: (index) => step.run.replaceAll('${{ matrix.shard }}', github.strategy.matrix.shard[index]),
    env: () => ({}),
  },
};

const folder = mkdtempSync(join(tmpdir(), 'ci-'));
symlinkSync(program, join(folder, 'mockcloud'));
symlinkSync(join(root, 'scenarios'), join(folder, 'scenarios'));
const path = { PATH: `${folder}:${process.env.PATH}` };
const lines = (text) => text.trim().split('\n').filter(Boolean).sort();

try {
  const good = compiles(job);
  ok('the manifest is a Job', good.good, good.stdout);
  for (const wrong of [
    { ...job, spec: { ...job.spec, completion: 4 } },
    { ...job, spec: { ...job.spec, completions: '4' } },
    { ...job, kind: 'CronJob' },
  ])
    ok('a wrong one is none', !compiles(wrong).good, JSON.stringify(wrong));

  const all = lines(execFileSync(program, ['run', '--list', 'scenarios'], { cwd: folder, encoding: 'utf8' }));
  ok('there are scenarios', all.length > 10);
  for (const [name, system] of Object.entries(systems)) {
    const found = [];
    for (let index = 0; index < system.places; index++) {
      const env = { ...path, ...system.env(index) };
      found.push(...lines(execFileSync('sh', ['-c', `${system.command(index)} --list`], { cwd: folder, env, encoding: 'utf8' })));
    }
    ok(`${name}: each scenario once`, JSON.stringify(found.sort()) === JSON.stringify(all), found.join('\n'));
  }

  // What the shares have reported is joined, by the command that stands there.
  const merges = {
    gitlab: load('gitlab.yml').all.script.join('\n'),
    github: load('github.yml').jobs.all.steps.find((one) => one.run).run,
  };
  for (const [name, merge] of Object.entries(merges)) {
    const system = systems[name];
    const run = (command, env = {}) => spawnSync('sh', ['-c', command], { cwd: folder, env: { ...path, ...env }, encoding: 'utf8' });
    const shares = [];
    for (let index = 0; index < system.places; index++) shares.push(run(`${system.command(index)} --filter code`, system.env(index)));
    ok(`${name}: the shares pass`, shares.every(({ status }) => status === 0), JSON.stringify(shares));
    const counted = shares.reduce((sum, { stdout }) => sum + Number(/^(\d+) passed, 0 failed/m.exec(stdout)[1]), 0);
    const joined = run(merge);
    ok(`${name}: they are joined`, joined.status === 0 && counted > 0 && joined.stdout.includes(`\n${counted} passed, 0 failed`), joined.stdout + joined.stderr);
    ok(`${name}: as JUnit, too`, readFileSync(join(folder, 'report.xml'), 'utf8').split('<testcase ').length === counted + 1);
  }
} finally {
  rmSync(folder, { recursive: true });
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
