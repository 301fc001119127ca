// Asks npm's autoevals: a table of [scorer, arguments] comes in on standard input, what each said goes out.
import * as autoevals from "autoevals";

async function ask([scorer, given]) {
  try {
    return await autoevals[scorer](given);
  } catch (error) {
    return { error: String(error) };
  }
}

let table = "";
for await (const chunk of process.stdin) table += chunk;
console.log(JSON.stringify(await Promise.all(JSON.parse(table).map(ask))));
