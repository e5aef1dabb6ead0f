// Mistakes that somebody could make, one line each. Each is put into a copy of its file, compiled as the program's build
// compiles that file, and linked into a program of its own, in front of the library that has the right one: the
// sources know nothing of it. An edit whose text is not there, or is there twice, is an error: the rows stay true.

import { execFile } from 'node:child_process';
import fs from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const top = path.join(path.dirname(fileURLToPath(import.meta.url)), '../..');

// name, the file under mockcloud/, and edits [what stands there, what stands there then].
export const mistakes = [
    ['the hour of a claim code is 61 minutes', 'cloud/claim_code.c', ['= now + CLAIM_CODE_LIFE_MS', '= now + CLAIM_CODE_LIFE_MS + 60000']],
    [
        'a claim code still works at the end of its hour',
        'cloud/claim_code.c',
        ['if (vclock_now(cloud->sim->clock) >= code->expires_ms)\n        return CODE_EXPIRED', 'if (vclock_now(cloud->sim->clock) > code->expires_ms)\n        return CODE_EXPIRED'],
    ],
    ['a claim code works twice', 'cloud/claim_code.c', ['if (code->used.n)\n        return CODE_USED', 'if (false)\n        return CODE_USED']],
    ["a product's code claims a device that is not in it", 'cloud/claim_code.c', ['if (code->product && device->product != code->product)', 'if (false)']],
    ["a code takes a product's device from its owner", 'cloud/claim_code.c', ['if (others && !claim_code_takes_over(cloud, device))', 'if (false)']],
    ['an accepted code is not confirmed to the device', 'cloud/claim_code.c', ['if (verdict == CODE_ACCEPTED || verdict == CODE_OF_TEAM ||\n        sim_behaves', 'if (sim_behaves']],
    ['anybody claims a device that is offline', 'cloud/claim.c', ['                   : CLAIM_OFFLINE_CUSTOMER;\n    return CLAIM_OFFLINE;', '                   : CLAIM_OFFLINE_CUSTOMER;\n    return CLAIM_RULES;']],
    [
        'a customer of another product claims the device',
        'cloud/claim.c',
        ['if (owner->kind == OWNER_CUSTOMER && device->product != owner->customer->product)', 'if (false)'],
    ],
    ["a claim by id takes somebody else's device", 'cloud/claim.c', ['if (device->owner.kind != OWNER_NONE)\n        return request_transfer', 'if (false)\n        return request_transfer']],
    ['a request for a transfer is a transfer', 'cloud/claim.c', ['return request_transfer ? CLAIM_TRANSFER : CLAIM_OWNED_BY_OTHER', 'return request_transfer ? claim_accepted(owner, device) : CLAIM_OWNED_BY_OTHER']],
    ['the cloud takes a silent device for online a second longer', 'cloud/session.c', ['+ 2 * session->keepalive_ms;', '+ 2 * session->keepalive_ms + 1000;']],
    ['a claim code is sent after a resumed session, too', 'device/connect.c', ['if (device->session_kind == SESSION_FULL && device->past->claim_code[0])', 'if (device->past->claim_code[0])']],
    ['a session outlives a power cut', 'device/verbs.c', ['BEHAVIOUR_SESSION_SURVIVES_POWER_CUT, "no"))\n        device->resumable = false', 'BEHAVIOUR_SESSION_SURVIVES_POWER_CUT, "no"))\n        device->resumable = device->resumable']],
    ['a stranger unclaims', 'api/routes/devices.c', ['return owner_same(&shown, &call->owner) && (reads ||', 'return shown.kind != OWNER_NONE && (reads || true ||']],
    ["a customer's device that leaves its product stays the customer's", 'cloud/registry_product.c', ['if (device->owner.kind == OWNER_CUSTOMER)', 'if (false)']],
    [
        'an owner leaks into another world',
        'cloud/claim.c',
        ['static enum claim_rule claim_decide(', 'static char leaked[64];\nstatic const void *leaked_from;\nstatic enum claim_rule claim_decide('],
        [
            '    enum claim_rule offline = claim_offline(cloud->sim, owner, device);\n    if (offline != CLAIM_RULES)\n        return offline;\n',
            '    if (leaked_from != cloud && strcmp(leaked, device->id) == 0)\n        return CLAIM_OWNED_BY_OTHER;\n    enum claim_rule offline = claim_offline(cloud->sim, owner, device);\n    if (offline != CLAIM_RULES)\n        return offline;\n',
        ],
        ['if (claim_is_accepted(rule))\n        cloud_set_owner', 'if (claim_is_accepted(rule))\n        snprintf(leaked, sizeof leaked, "%s", device->id), leaked_from = cloud,\n        cloud_set_owner'],
        ['#include <string.h>\n', '#include <string.h>\n#include <stdio.h>\n'],
    ],
];

function edited(text, edits, where) {
    return edits.reduce((now, [from, to]) => {
        if (now.split(from).length !== 2) {
            throw new Error(`${where} has ${now.split(from).length - 1} times: ${from}`);
        }
        return now.replace(from, () => to);
    }, text);
}

// The command that links the program, as an argument list behind the compiler, with `object` in front of the libraries.
async function linkCommand(build, object, program) {
    const { stdout } = await run('ninja', ['-C', build, '-t', 'commands', 'mockcloud'], { maxBuffer: 64 << 20 });
    const words = stdout
        .trim()
        .split('\n')
        .at(-1)
        .split(/\s+/)
        .filter((word) => !['&&', ':'].includes(word));
    words[words.indexOf('-o') + 1] = program;
    words.splice(words.findIndex((word) => word.endsWith('.a')), 0, object);
    return words;
}

// Makes the program with this mistake in it; answers its path. `build`: where the right one was built.
export async function make(build, [name, file, ...edits]) {
    const folder = path.join(build, 'mistakes', name.replace(/[^a-z0-9]+/gi, '-'));
    await fs.mkdir(folder, { recursive: true });
    const source = path.join(folder, path.basename(file));
    const object = `${source}.o`;
    const original = path.join(top, 'mockcloud', file);
    await fs.writeFile(source, edited(await fs.readFile(original, 'utf8'), edits, file));
    const rows = JSON.parse(await fs.readFile(path.join(build, 'compile_commands.json'), 'utf8'));
    const row = rows.find((one) => path.resolve(one.directory, one.file) === original);
    const words = row.command.split(/\s+/).filter((word) => word && word !== '-Werror');
    words[words.indexOf('-o') + 1] = object;
    words[words.indexOf('-c') + 1] = source;
    await run(words[0], [...words.slice(1), '-w'], { cwd: row.directory });
    const program = path.join(folder, 'mockcloud');
    const link = await linkCommand(build, object, program);
    await run(link[0], link.slice(1), { cwd: build });
    return program;
}
