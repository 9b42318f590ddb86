import { yaml } from "@codemirror/lang-yaml";
import { type Diagnostic, lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { EditorView } from "@codemirror/view";
import { basicSetup } from "codemirror";
import { type ReactNode, useEffect, useRef } from "react";
import type { Problem } from "../../../src/platform/schema.js";
import { useWords } from "./words.js";

interface EditorProps {
  text: string;
  onChange: (text: string) => void;
  problems: readonly Problem[];
  label: string;
}

const look = EditorView.theme({
  "&": { border: "1px solid var(--line)", borderRadius: "4px", backgroundColor: "#f8f9fb", fontSize: "12px", maxHeight: "640px" },
  "&.cm-focused": { outline: "2px solid var(--accent)" },
  ".cm-scroller": { overflow: "auto", fontFamily: 'ui-monospace, "SFMono-Regular", Menlo, Consolas, monospace, "Noto Sans SC Variable"' },
  ".cm-line, .cm-gutterElement": { lineHeight: "20px" },
  ".cm-gutters": { backgroundColor: "#f1f3f6", color: "var(--muted)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "#eaf0f8" },
});

/** A YAML document to write in, with its problems at their lines. */
export default function Editor({ text, onChange, problems, label }: EditorProps): ReactNode {
  const { say } = useWords();
  const place = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const told = useRef({ onChange, first: text, last: text });
  told.current.onChange = onChange;
  useEffect(() => {
    if (place.current === null) return undefined;
    const editor = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: told.current.first,
        extensions: [
          basicSetup,
          yaml(),
          lintGutter(),
          look,
          EditorView.contentAttributes.of({ "aria-label": label }),
          EditorView.updateListener.of((update) => {
            if (!update.docChanged) return;
            told.current.last = update.state.doc.toString();
            told.current.onChange(told.current.last);
          }),
        ],
      }),
    });
    editor.scrollDOM.tabIndex = 0; // who has no mouse scrolls it, too
    view.current = editor;
    void document.fonts.ready.then(() => editor.requestMeasure()); // lines are as high as their letters
    return () => editor.destroy();
  }, [label]);
  useEffect(() => {
    const editor = view.current;
    // a text that was typed here comes back, perhaps later than the next letter: only others are taken
    if (editor === null || told.current.last === text || editor.state.doc.toString() === text) return;
    told.current.last = text;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
  }, [text]);
  useEffect(() => {
    const editor = view.current;
    if (editor === null) return;
    const at = ({ message, place: where, hint }: Problem): Diagnostic => {
      const line = editor.state.doc.line(Math.min(editor.state.doc.lines, Math.max(1, where?.line ?? 1)));
      return { from: line.from, to: line.to, severity: "error", message: hint === undefined ? say(message) : `${say(message)}\n${say(hint)}` };
    };
    editor.dispatch(setDiagnostics(editor.state, problems.map(at)));
  }, [problems, say]);
  return <div ref={place} />;
}
