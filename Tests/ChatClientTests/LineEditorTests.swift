import Testing

@testable import ChatClient

@Suite struct LineEditorTests {
    func editor(_ keys: [Key]) -> LineEditor {
        var editor = LineEditor()
        for key in keys { _ = editor.handle(key) }
        return editor
    }

    func typed(_ text: String) -> [Key] { text.map { .character($0) } }

    @Test func `typing and moving edit the line`() {
        #expect(editor(typed("helo") + [.left, .character("l")]).text == "hello")
        #expect(editor(typed("world") + [.home] + typed("hello ") + [.end, .character("!")]).text == "hello world!")
        #expect(editor(typed("abc") + [.left, .left, .delete]).text == "ac")
        #expect(editor(typed("one two  ") + [.deleteWord]).text == "one ")
        #expect(editor(typed("one two") + [.wordLeft, .deleteToEnd]).text == "one ")
        #expect(editor(typed("one two") + [.wordLeft, .deleteToStart]).text == "two")
        #expect(editor(typed("one two") + [.home, .wordRight, .character(",")]).text == "one, two")
    }

    @Test func `backspace takes a whole character`() {
        #expect(editor(typed("aé🙂") + [.backspace]).text == "aé")
        #expect(editor([.character("e"), .character("\u{301}"), .backspace]).isEmpty)
        #expect(editor(typed("👨‍👩‍👧") + [.backspace]).isEmpty)
    }

    @Test func `nothing happens at the edges`() {
        var editor = LineEditor()
        for key in [Key.backspace, .delete, .left, .right, .home, .end, .deleteWord, .up, .down, .wordLeft, .wordRight]
        {
            #expect(editor.handle(key) == .nothing)
        }
        #expect(editor.handle(.endOfFile) == .endOfFile)
    }

    @Test func `enter hands the line over and begins a new one`() {
        var editor = editor(typed("hello"))
        #expect(editor.handle(.enter) == .submitted("hello"))
        #expect(editor.isEmpty)
        #expect(editor.handle(.enter) == .submitted(""))
    }

    @Test func `earlier lines come back, the unfinished one too`() {
        var editor = LineEditor()
        for line in ["one", "two", "two"] {
            for key in typed(line) { _ = editor.handle(key) }
            _ = editor.handle(.enter)
        }
        for key in typed("draft") { _ = editor.handle(key) }
        var seen: [String] = []
        for key in [Key.up, .up, .up, .down, .down, .down] {
            _ = editor.handle(key)
            seen.append(editor.text)
        }
        #expect(seen == ["two", "one", "one", "two", "draft", "draft"])
    }

    @Test func `a paste keeps its line ends and loses its control characters`() {
        #expect(editor([.pasted("a\r\nb\tc\u{1b}[2J\nd")]).text == "a\nb c[2J\nd")
    }

    @Test func `the line does not grow for ever`() {
        let editor = editor([.pasted(String(repeating: "x", count: 50_000)), .character("y")])
        #expect(editor.text.count == LineEditor.maximumCharacters)
    }

    @Test func `the view holds the cursor and fits, wherever the cursor is`() {
        var editor = editor(typed("ab山川🙂 a rather long line"))
        for columns in [2, 3, 5, 10, 40] {
            for key in [Key.end] + Array(repeating: Key.left, count: 30) {
                _ = editor.handle(key)
                let view = editor.view(columns: columns)
                #expect(view.cursorColumn < columns)
                #expect(DisplayWidth.of(view.text) <= columns)
            }
        }
    }

    @Test func `a pasted line end shows as a sign`() {
        #expect(editor([.pasted("a\nb")]).view(columns: 20).text == "a⏎b")
    }
}
