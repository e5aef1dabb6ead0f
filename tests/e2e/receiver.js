import http from 'node:http';

// A server that keeps what it is asked and answers by `reply(request, response, body)`.
export async function receiver(t, reply) {
    const got = [];
    const waiting = [];
    const server = http.createServer((incoming, response) => {
        let body = '';
        incoming.setEncoding('utf8').on('data', (chunk) => (body += chunk)).on('end', () => {
            got.push({ method: incoming.method, url: incoming.url, headers: incoming.headers, body });
            reply(incoming, response, body);
            waiting.splice(0).forEach((look) => look());
        });
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
    }));
    const { port } = server.address();
    return { got, port, url: `http://127.0.0.1:${port}`, next: () => new Promise((resolve) => waiting.push(resolve)) };
}
