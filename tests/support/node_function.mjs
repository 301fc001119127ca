// Lambda's runtime for one function in JavaScript: an event a line comes in, an answer or an error a line goes out.
import { createInterface } from "node:readline";

const { handler } = await import(process.argv[2]);
for await (const line of createInterface({ input: process.stdin })) {
  const { event, seconds } = JSON.parse(line);
  const answer = await handler(event, { getRemainingTimeInMillis: () => seconds * 1000 }).catch(({ name, message }) => ({
    errorType: name,
    errorMessage: message,
  }));
  console.log(JSON.stringify(answer));
}
