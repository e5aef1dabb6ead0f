// Runs Particle's command line as a person would, without a terminal, with a home of its own.
//
// It is the package as published. Node 22 comes from npm too (see package.json). Its modules for USB and serial ports are
// native, come ready-made in their packages, and are loaded by commands that no test uses; so no script of a package runs at
// installation (`npm ci --ignore-scripts`). It finds the server by its own setting: `particle profile set apiUrl URL`.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const modules = path.join(path.dirname(fileURLToPath(import.meta.url)), 'node_modules');
export const node = path.join(modules, `node-linux-${process.arch}/bin/node`);
export const particle = path.join(modules, 'particle-cli/src/index.js');
const DEADLINE_MS = 20_000;

// What a spinner leaves behind.
const ERASE = /\x1b\[2K\x1b\[1G/g;

class Running {
    constructor(home, args) {
        this.what = `particle ${args.join(' ')}`;
        this.printed = '';
        this.child = spawn(node, [particle, ...args], {
            // No proxy of the machine, no colours, and no look at the registry for a newer release.
            env: { PATH: process.env.PATH, HOME: home, TERM: 'dumb', FORCE_COLOR: '0', PARTICLE_DISABLE_UPDATE: 'true' },
            cwd: home,
            stdio: ['ignore', 'pipe', 'pipe'],
        });
        this.timer = setTimeout(() => this.child.kill('SIGKILL'), DEADLINE_MS);
        this.watchers = [];
        for (const stream of [this.child.stdout, this.child.stderr]) {
            stream.setEncoding('utf8').on('data', (text) => {
                this.printed += text;
                this.watchers.forEach((look) => look());
            });
        }
        this.ended = new Promise((resolve, reject) => {
            this.child.once('error', reject);
            this.child.once('close', (code) => {
                clearTimeout(this.timer);
                resolve(code);
            });
        });
    }

    get output() {
        return this.printed.replace(ERASE, '');
    }

    // Resolves when what it has printed matches; rejects when it ends before.
    async prints(pattern) {
        const printed = new Promise((resolve) => {
            const look = () => pattern.test(this.output) && resolve();
            this.watchers.push(look);
            look();
        });
        const tooEarly = this.ended.then(() => assert.match(this.output, pattern, `${this.what} ended`));
        await Promise.race([printed, tooEarly]);
    }

    // Resolves to its output; rejects unless it ends with this code.
    async ends(code = 0) {
        assert.equal(await this.ended, code, `${this.what}:\n${this.output}`);
        return this.output;
    }
}

class Home {
    constructor(t, folder) {
        this.t = t;
        this.folder = folder;
    }

    start(...args) {
        const running = new Running(this.folder, args);
        this.t.after(() => running.child.kill('SIGKILL'));
        return running;
    }

    // Its output, when it ended well.
    run(...args) {
        return this.start(...args).ends();
    }

    // Its output, when it ended with 1.
    fails(...args) {
        return this.start(...args).ends(1);
    }

    file(name, text) {
        const file = path.join(this.folder, name);
        fs.writeFileSync(file, text);
        return file;
    }

    settings() {
        return JSON.parse(fs.readFileSync(path.join(this.folder, '.particle/particle.config.json'), 'utf8'));
    }
}

// A home whose command line knows the server; it goes when the test ends.
export async function particleHome(t, url) {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'mockcloud-cli-client-'));
    t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
    const home = new Home(t, folder);
    await home.run('profile', 'set', 'apiUrl', url);
    return home;
}

// The same, logged in by a token.
export async function loggedIn(t, url) {
    const home = await particleHome(t, url);
    await home.run('login', '--token', 'token-of-grace');
    return home;
}
