import { useEffect, useState } from "react";

/** A value once it has not changed for so many milliseconds: what is asked of the server while somebody types or drags. */
export function useSettled<Value>(value: Value, ms: number): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
