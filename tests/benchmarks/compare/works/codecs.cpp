// SPDX-FileCopyrightText: 2026 The QIpc authors
// SPDX-License-Identifier: MIT

#include "work.h"

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace compare {

namespace {

//! Encode and decode alone, in a program that has the library's inside (codecs/).
class Codecs : public Work
{
public:
    Codecs(const QString &program, const QString &encoding, const QStringList &codecs)
        : m_program(program)
        , m_encoding(encoding)
        , m_codecs(codecs)
    {
    }

    QString name() const override { return u"codecs-"_s + m_encoding.toLower(); }
    QList<Figure> figures() const override
    {
        const QString note =
            m_encoding == u"JSON" ? u" (QJsonDocument has bytes in base 64)"_s : QString();
        return {{u"encode"_s, m_encoding + u", encode alone, ns"_s + note},
                {u"decode"_s, m_encoding + u", decode alone, ns"_s + note}};
    }
    QStringList cases() const override
    {
        return {u"64 characters"_s, u"10-key map"_s, u"100 rows"_s, u"1,000 doubles"_s,
                u"1 MiB bytes"_s};
    }
    std::vector<Contender> contenders(const std::vector<Contender> & /*all*/) const override
    {
        std::vector<Contender> contenders;
        for (const QString &codec : m_codecs) {
            contenders.emplace_back();
            contenders.back().peer.name = codec;
        }
        return contenders;
    }
    Answer measure(const Contender &contender, int which, Pairs & /*pairs*/,
                   const Effort &effort) override
    {
        static const QStringList values{u"text"_s, u"map"_s, u"rows"_s, u"doubles"_s, u"bytes"_s};
        if (!m_process)
            m_process = std::make_unique<Process>(QStringList{m_program}, Dispatcher::Qt);
        return m_process->ask({{u"codec"_s, contender.id()},
                               {u"encoding"_s, m_encoding},
                               {u"value"_s, values[which]},
                               {u"ms"_s, int(effort.budget.count() / 2)}},
                              10s);
    }

private:
    QString m_program;
    QString m_encoding;
    QStringList m_codecs;
    std::unique_ptr<Process> m_process;
};

} // namespace

std::unique_ptr<Work> codecsJson(const QString &program)
{
    return std::make_unique<Codecs>(program, u"JSON"_s, QStringList{u"qipc"_s, u"QJsonDocument"_s});
}

std::unique_ptr<Work> codecsMessagePack(const QString &program)
{
    return std::make_unique<Codecs>(program, u"MessagePack"_s,
                                    QStringList{u"qipc"_s, u"msgpack-cxx"_s});
}

} // namespace compare
