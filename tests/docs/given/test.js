// Stands for the tests of a reader.
const reply = await fetch(`${process.env.MOCKCLOUD_CONTROL}/devices`);
if ((await reply.json()).devices.length === 0) process.exit(1);
