// Reads the SDK's declarations of what its methods resolve to, and holds values against them.
//
// Knows as much of TypeScript as those declarations use, and stops at anything else, so that no type is passed over.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const sources = path.join(path.dirname(fileURLToPath(import.meta.url)), 'node_modules/particle-api-js/lib/src');
const TOKEN = /\s+|'[^']*'|[A-Za-z_$][\w.$]*|[{}()[\]<>|&;:,?]|=>|=/gy;

const read = (file) => fs.readFileSync(path.join(sources, file), 'utf8').replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '');

// The words and signs of a declaration, one after the other.
class Reader {
    constructor(text) {
        this.tokens = text.match(TOKEN).filter((token) => token.trim());
        this.at = 0;
    }

    peek() {
        return this.tokens[this.at];
    }

    next() {
        assert.ok(this.at < this.tokens.length, 'a declaration ends too early');
        return this.tokens[this.at++];
    }

    take(token) {
        if (this.peek() !== token) {
            return false;
        }
        this.at++;
        return true;
    }

    expect(token) {
        assert.ok(this.take(token), `"${token}" expected at: ${this.tokens.slice(this.at, this.at + 8).join(' ')}`);
    }

    type() {
        this.take('|');
        const of = [this.intersection()];
        while (this.take('|')) {
            of.push(this.intersection());
        }
        return of.length === 1 ? of[0] : { kind: 'union', of };
    }

    intersection() {
        const of = [this.postfix()];
        while (this.take('&')) {
            of.push(this.postfix());
        }
        return of.length === 1 ? of[0] : { kind: 'intersection', of };
    }

    postfix() {
        let type = this.primary();
        while (this.take('[')) {
            this.expect(']');
            type = { kind: 'array', of: type };
        }
        return type;
    }

    primary() {
        if (this.take('(')) {
            const type = this.type();
            this.expect(')');
            return type;
        }
        if (this.peek() === '{') {
            return this.object();
        }
        const word = this.next();
        if (word.startsWith("'")) {
            return { kind: 'literal', value: word.slice(1, -1) };
        }
        assert.match(word, /^[A-Za-z]/, 'a type');
        const name = word.replace(/^T\./, '');
        const args = [];
        if (this.take('<')) {
            do {
                args.push(this.type());
            } while (this.take(','));
            this.expect('>');
        }
        return { kind: 'name', name, args };
    }

    object() {
        const fields = [];
        let rest;
        this.expect('{');
        while (!this.take('}')) {
            if (this.take('[')) {
                this.next();
                this.expect(':');
                this.type();
                this.expect(']');
                this.expect(':');
                rest = this.type();
            } else {
                const name = this.next();
                const optional = this.take('?');
                this.expect(':');
                fields.push({ name, optional, type: this.type() });
            }
            this.take(';');
        }
        return { kind: 'object', fields, rest };
    }

    // Past what is in brackets, whatever it is.
    skipParentheses() {
        this.expect('(');
        for (let depth = 1; depth > 0;) {
            const token = this.next();
            depth += token === '(' ? 1 : token === ')' ? -1 : 0;
        }
    }
}

function readInterfaces(text) {
    const found = new Map();
    for (const { 1: name, index } of text.matchAll(/^export (?:interface|type) (\w+)/gm)) {
        const rest = text.slice(index).match(/^export (?:interface \w+ *(\{[^]*?^\})|type \w+ = ([^]*?;)$)/m);
        if (rest) {
            found.set(name, new Reader(rest[1] ?? rest[2]).type());
        }
    }
    return found;
}

const interfaces = readInterfaces(`${read('types/responses.d.ts')}\n${read('types/common.d.ts')}`);
const declaration = read('Particle.d.ts');

// What a method of the class Particle returns.
export function returns(method) {
    const found = declaration.match(new RegExp(`^    ${method}(\\([^]*)`, 'm'));
    assert.ok(found, `${method} is declared`);
    const reader = new Reader(found[1]);
    reader.skipParentheses();
    reader.expect(':');
    return reader.type();
}

const shown = (value) => (value === undefined ? 'missing' : `${JSON.stringify(value).slice(0, 40)}`);

const plain = {
    string: (value) => typeof value === 'string',
    number: (value) => typeof value === 'number',
    boolean: (value) => typeof value === 'boolean',
    object: (value) => typeof value === 'object' && value !== null,
    null: (value) => value === null,
    undefined: (value) => value === undefined,
    Buffer: (value) => Buffer.isBuffer(value),
    ArrayBuffer: (value) => value instanceof ArrayBuffer,
};

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

// Of the differences from each alternative, the fewest; an alternative that is something else altogether comes last.
function nearest(alternatives, at) {
    const altogether = (found) => found.length === 1 && found[0].startsWith(`${at || 'it'}: `);
    return alternatives.sort((a, b) => altogether(a) - altogether(b) || a.length - b.length)[0];
}

// Where a value differs from a type: ["path: what is there", …]. Fields that the type does not have are no difference.
export function differences(type, value, at = '') {
    const is = (expected) => [`${at || 'it'}: ${shown(value)}, not ${expected}`];
    const each = (list, of) => list.flatMap(([key, item]) => differences(of, item, `${at}[${key}]`));
    switch (type.kind) {
        case 'literal':
            return value === type.value ? [] : is(type.value);
        case 'array':
            return Array.isArray(value) ? each(Object.entries(value), type.of) : is('a list');
        case 'intersection':
            return type.of.flatMap((part) => differences(part, value, at));
        case 'union':
            return nearest(type.of.map((part) => differences(part, value, at)), at);
        case 'object': {
            if (!isObject(value)) {
                return is('an object');
            }
            const named = new Set(type.fields.map(({ name }) => name));
            const others = Object.entries(value).filter(([key]) => !named.has(key));
            return type.fields
                .filter(({ name, optional }) => !(optional && value[name] === undefined))
                .flatMap((field) => differences(field.type, value[field.name], at ? `${at}.${field.name}` : field.name))
                .concat(type.rest ? each(others, type.rest) : []);
        }
        default:
            return named(type, value, at, is, each);
    }
}

function named({ name, args }, value, at, is, each) {
    if (plain[name]) {
        return plain[name](value) ? [] : is(name);
    }
    switch (name) {
        case 'Promise':
            return differences(args[0], value, at);
        case 'JSONResponse':
            return differences(args[0], value.body, at);
        case 'Array':
            return Array.isArray(value) ? each(Object.entries(value), args[0]) : is('a list');
        case 'Record':
            return isObject(value) ? each(Object.entries(value), args[1]) : is('an object');
        default:
            assert.ok(interfaces.has(name), `the type ${name} is declared`);
            return differences(interfaces.get(name), value, at);
    }
}
