// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#ifndef QIPC_JSONGENERATOR_H
#define QIPC_JSONGENERATOR_H

#include <QtCore/QRandomGenerator>
#include <QtCore/QStringList>
#include <QtCore/QVariant>

#include <cmath>
#include <cstring>

// Random values, the same ones in each run.
class JsonGenerator
{
public:
    explicit JsonGenerator(quint32 seed)
        : m_random(seed)
    {
    }

    int below(int limit) { return m_random.bounded(limit); }

    QVariant value(int depth)
    {
        switch (below(depth > 0 ? 9 : 7)) {
        case 0:
            return QVariant::fromValue(nullptr);
        case 1:
            return below(2) == 0;
        case 2:
            return integer();
        case 3:
            return (quint64(1) << 63) | m_random.generate64();
        case 4:
            return real();
        case 5:
            return string();
        case 6:
            return bytes();
        case 7:
            return list(depth - 1);
        default:
            return map(depth - 1);
        }
    }

    qlonglong integer()
    {
        const auto magnitude = qlonglong(m_random.generate64() >> (1 + below(63)));
        return below(2) == 0 ? magnitude : -magnitude;
    }

    double real()
    {
        if (below(2) == 0)
            return below(2000) / 8.0 - 100;
        const quint64 bits = m_random.generate64();
        double value = 0;
        std::memcpy(&value, &bits, sizeof value);
        return std::isfinite(value) ? value : -0.0;
    }

    QString string()
    {
        using namespace Qt::StringLiterals;
        static const QStringList pieces = {u"a"_s,
                                           u"plain ASCII text"_s,
                                           u"\""_s,
                                           u"\\"_s,
                                           u"/"_s,
                                           u"\n\r\t"_s,
                                           u"\b\f"_s,
                                           u"\x01"_s,
                                           u"\x1f"_s,
                                           u"\x7f"_s,
                                           u"é"_s,
                                           u"текст"_s,
                                           u"漢字"_s,
                                           u"😀"_s,
                                           u"\ufeff"_s,
                                           u"\u2028"_s,
                                           u"\uffff"_s,
                                           QString(QChar(0)),
                                           QString(QChar(0xd83d))};
        QString result;
        for (int count = below(6); count > 0; --count)
            result += pieces.at(below(int(pieces.size())));
        return result;
    }

    QByteArray bytes()
    {
        QByteArray result;
        for (int count = below(20); count > 0; --count)
            result.append(char(below(256)));
        return result;
    }

    QVariantList list(int depth)
    {
        QVariantList result;
        for (int count = below(5); count > 0; --count)
            result.append(value(depth));
        return result;
    }

    QVariantMap map(int depth)
    {
        QVariantMap result;
        for (int count = below(5); count > 0; --count) {
            const QString key = string(); // first, not in whatever order arguments are evaluated
            result.insert(key, value(depth));
        }
        return result;
    }

    //! \a text with a few bytes gone, doubled, added or changed.
    QByteArray mutated(QByteArray text)
    {
        static const QByteArray alphabet =
            "{}[]\",:\\/ubfnrt0123456789dDeE+-. \n\t\x01\x80\xbf\xc3\xed\xa0\xf4";
        for (int count = 1 + below(3); count > 0; --count) {
            const int at = below(int(text.size()) + 1);
            const char byte = alphabet.at(below(int(alphabet.size())));
            switch (below(4)) {
            case 0:
                text.remove(at, 1 + below(4));
                break;
            case 1:
                text.insert(at, text.mid(at, 1 + below(8)));
                break;
            case 2:
                text.insert(at, byte);
                break;
            default:
                if (at < text.size())
                    text[at] = byte;
            }
        }
        return text;
    }

private:
    QRandomGenerator m_random;
};

#endif
