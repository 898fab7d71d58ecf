// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/base/job.h"
#include "model/recipe/bindcounts.h"

#include <QWidget>

#include <map>

class FieldEditor;
class KeyCompletion;
class QGridLayout;
class QLabel;

/// The editor of the bind policy: what is skipped, what may be missing or unexpected, what other shapes mean.
/// Says of every pattern how many keys it matches.
class BindForm final : public QWidget
{
    Q_OBJECT

public:
    BindForm(const Bind &bind, QWidget *parent);
    void setBind(const Bind &bind);
    /// Count the keys of this plan, which may be null, on a thread of its own.
    void countOn(const std::shared_ptr<const Plan> &plan);
    void completeFrom(const KeyCompletion *keys);

Q_SIGNALS:
    void bindChanged(const Bind &bind, const QString &field);
    void finished();

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void addField(const FieldInfo &info, QGridLayout *grid);
    void addCounts(const FieldInfo &info, QGridLayout *grid);
    void edited(std::string_view field);
    void showCounts(const Bind &bind, const BindCounts &counts);
    void showCounts(std::string_view field, const std::vector<Node> &items, const std::vector<qint64> &counts);

    Bind m_bind;
    std::vector<std::pair<std::string_view, FieldEditor *>> m_editors; ///< by field
    std::map<std::string_view, QLabel *> m_counts; ///< by field: of the lists and the counters
    QLabel *m_error;
    Job<std::optional<BindCounts>> m_counting;
};
