// What users write, as the engine reads it: types are taken out, `import` and `export` are written as `require` and `exports`.
import { transform } from "sucrase";

const OPTIONS = { transforms: ["typescript", "imports"], disableESTransforms: true, production: true };

// The code, or the error that says why there is none.
export function javascript(source) {
  try {
    return { code: transform(source, OPTIONS).code, error: null };
  } catch (error) {
    return { code: null, error: `SyntaxError: ${error.message}`.slice(0, 4096) };
  }
}
