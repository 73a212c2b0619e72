// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_JSONCURSOR_P_H
#define QIPC_JSONCURSOR_P_H

#include <QtCore/QByteArrayView>

#include <cstring>

namespace qipc::json {

inline bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}

//! A place in a JSON text.
class Cursor
{
public:
    explicit Cursor(QByteArrayView text)
        : at(text.begin())
        , end(text.end())
    {
    }

    [[nodiscard]] bool atEnd() const { return at == end; }
    //! What is here; NUL at the end, which no JSON text holds.
    [[nodiscard]] char peek() const { return atEnd() ? '\0' : *at; }

    //! Takes \a c, if it is here.
    bool take(char c)
    {
        if (peek() != c || atEnd())
            return false;
        ++at;
        return true;
    }

    bool take(QByteArrayView token)
    {
        if (end - at < token.size() || std::memcmp(at, token.data(), size_t(token.size())) != 0)
            return false;
        at += token.size();
        return true;
    }

    void skipSpace()
    {
        while (!atEnd() && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
            ++at;
    }

    //! Takes \a token, if it is what comes next behind white space, which is taken in any case.
    template <typename Token>
    bool takeNext(Token token)
    {
        skipSpace();
        return take(token);
    }

    //! Takes digits, and returns whether there were any.
    bool takeDigits()
    {
        const char *const begin = at;
        while (isDigit(peek()))
            ++at;
        return at != begin;
    }

    const char *at;
    const char *end;
};

} // namespace qipc::json

#endif
